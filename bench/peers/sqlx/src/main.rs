// sqlx: see ../../README.md.
use futures_util::stream::{FuturesUnordered, StreamExt};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqlitePool, SqlitePoolOptions};
use sqlx::{Connection, Executor};

include!("../../common.rs");

const IN_FLIGHT: usize = 256;

#[derive(sqlx::FromRow)]
pub struct Prediction {
    id: i64,
    symbol: String,
    model: String,
    value: f64,
    confidence: f64,
    features: String,
    created_at: i64,
    updated_at: i64,
}

type Result<T> = std::result::Result<T, sqlx::Error>;

async fn insert(db: &mut SqliteConnection, p: &Prediction) -> Result<()> {
    sqlx::query(INSERT)
        .bind(&p.symbol)
        .bind(&p.model)
        .bind(p.value)
        .bind(p.confidence)
        .bind(&p.features)
        .bind(p.created_at)
        .bind(p.updated_at)
        .execute(db)
        .await?;
    Ok(())
}

async fn bulk(mut db: SqliteConnection, rows: &[Prediction]) -> Result<Outcome> {
    let mut whole = db.begin_with("begin immediate").await?;
    for p in rows {
        insert(&mut whole, p).await?;
    }
    whole.commit().await?;
    db.close().await?;
    Ok(Outcome { rows: rows.len(), ..Default::default() })
}

async fn commits(mut db: SqliteConnection, rows: &[Prediction]) -> Result<Outcome> {
    let mut o = Outcome { rows: rows.len(), ..Default::default() };
    for p in rows {
        let start = Instant::now();
        let mut one = db.begin_with("begin immediate").await?;
        insert(&mut one, p).await?;
        one.commit().await?;
        o.each.push(microseconds(start));
    }
    db.close().await?;
    Ok(o)
}

// One writer connection, as SQLite has one writer; each insert commits by itself.
async fn awaited(pool: SqlitePool, rows: &[Prediction]) -> Result<Outcome> {
    let mut o = Outcome { rows: rows.len(), ..Default::default() };
    let one = |n: usize| {
        let pool = pool.clone();
        async move {
            let mut each = Vec::new();
            for p in rows.iter().skip(n).step_by(IN_FLIGHT) {
                let start = Instant::now();
                let mut db = pool.acquire().await?;
                insert(&mut db, p).await?;
                drop(db);
                each.push(microseconds(start));
            }
            Result::Ok(each)
        }
    };
    let mut callers: FuturesUnordered<_> = (0..IN_FLIGHT).map(one).collect();
    while let Some(each) = callers.next().await {
        o.each.extend(each?);
    }
    drop(callers);
    pool.close().await;
    Ok(o)
}

async fn reads(mut db: SqliteConnection, count: usize, rows: usize) -> Result<Outcome> {
    let mut o = Outcome { rows: count, ..Default::default() };
    let text = format!("{SELECT} where id = ?1");
    for i in 0..count {
        let start = Instant::now();
        let p: Prediction = sqlx::query_as(&text).bind(random_key(i, rows)).fetch_one(&mut db).await?;
        o.each.push(microseconds(start));
        o.ids += p.id;
    }
    Ok(o)
}

async fn scan(mut db: SqliteConnection) -> Result<Outcome> {
    let found: Vec<Prediction> = sqlx::query_as(SELECT).fetch_all(&mut db).await?;
    Ok(Outcome { rows: found.len(), ids: found.iter().map(|p| p.id).sum(), ..Default::default() })
}

async fn set(db: &mut SqliteConnection, pragmas: &[(String, i64)]) -> Result<()> {
    for (name, value) in pragmas {
        db.execute(format!("pragma {name}={value}").as_str()).await?;
        let is: i64 = sqlx::query_scalar(&format!("pragma {name}")).fetch_one(&mut *db).await?;
        assert_eq!(is, *value, "pragma {name} did not take");
    }
    Ok(())
}

async fn run(a: Arguments) -> Result<()> {
    let options = SqliteConnectOptions::new().filename(&a.file);
    let mut db = SqliteConnection::connect_with(&options).await?;
    set(&mut db, &a.pragmas).await?;
    let version: String = sqlx::query_scalar("select sqlite_version()").fetch_one(&mut db).await?;
    let writes = matches!(a.work.as_str(), "bulk" | "commits" | "awaited");
    let rows = if writes { make(a.count) } else { Vec::new() };
    let pool = if a.work == "awaited" {
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        set(&mut *pool.acquire().await?, &a.pragmas).await?;
        Some(pool)
    } else {
        None
    };
    let cpu = cpu_seconds();
    let start = Instant::now();
    let o = match (a.work.as_str(), pool) {
        ("bulk", _) => bulk(db, &rows).await?,
        ("commits", _) => commits(db, &rows).await?,
        ("awaited", Some(pool)) => {
            drop(db);
            awaited(pool, &rows).await?
        }
        ("reads", _) => reads(db, a.count, a.rows).await?,
        ("scan", _) => scan(db).await?,
        (other, _) => panic!("no such work: {other}"),
    };
    tell(o, start.elapsed().as_secs_f64(), cpu_seconds() - cpu, &version);
    Ok(())
}

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(run(arguments()))
}

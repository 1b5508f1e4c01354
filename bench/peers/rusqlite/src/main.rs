// rusqlite: see ../../README.md.
use rusqlite::{params, Connection, Row, TransactionBehavior};

include!("../../common.rs");

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

type Work = Box<dyn FnOnce(Connection) -> rusqlite::Result<Outcome>>;

fn read(row: &Row) -> rusqlite::Result<Prediction> {
    Ok(Prediction {
        id: row.get(0)?,
        symbol: row.get(1)?,
        model: row.get(2)?,
        value: row.get(3)?,
        confidence: row.get(4)?,
        features: row.get(5)?,
        created_at: row.get(6)?,
        updated_at: row.get(7)?,
    })
}

fn insert(db: &Connection, p: &Prediction) -> rusqlite::Result<usize> {
    db.prepare_cached(INSERT)?.execute(params![
        p.symbol, p.model, p.value, p.confidence, p.features, p.created_at, p.updated_at
    ])
}

fn bulk(count: usize) -> Work {
    let rows = make(count);
    Box::new(move |mut db| {
        let whole = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut one = whole.prepare(INSERT)?;
            for p in &rows {
                one.execute(params![
                    p.symbol, p.model, p.value, p.confidence, p.features, p.created_at, p.updated_at
                ])?;
            }
        }
        whole.commit()?;
        db.close().map_err(|(_, e)| e)?;
        Ok(Outcome { rows: count, ..Default::default() })
    })
}

fn commits(count: usize) -> Work {
    let rows = make(count);
    Box::new(move |mut db| {
        let mut o = Outcome { rows: count, ..Default::default() };
        for p in &rows {
            let start = Instant::now();
            let one = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            insert(&one, p)?;
            one.commit()?;
            o.each.push(microseconds(start));
        }
        db.close().map_err(|(_, e)| e)?;
        Ok(o)
    })
}

fn reads(count: usize, rows: usize) -> Work {
    Box::new(move |db| {
        let mut o = Outcome { rows: count, ..Default::default() };
        let mut get = db.prepare(&format!("{SELECT} where id = ?1"))?;
        for i in 0..count {
            let start = Instant::now();
            let p = get.query_row([random_key(i, rows)], read)?;
            o.each.push(microseconds(start));
            o.ids += p.id;
        }
        Ok(o)
    })
}

fn scan(rows: usize) -> Work {
    Box::new(move |db| {
        let mut found: Vec<Prediction> = Vec::with_capacity(rows);
        let mut all = db.prepare(SELECT)?;
        for p in all.query_map([], read)? {
            found.push(p?);
        }
        Ok(Outcome { rows: found.len(), ids: found.iter().map(|p| p.id).sum(), ..Default::default() })
    })
}

fn main() -> rusqlite::Result<()> {
    let a = arguments();
    let db = Connection::open(&a.file)?;
    for (name, value) in &a.pragmas {
        db.pragma_update(None, name, value)?;
        let is: i64 = db.pragma_query_value(None, name, |row| row.get(0))?;
        assert_eq!(is, *value, "pragma {name} did not take");
    }
    let work = match a.work.as_str() {
        "bulk" => bulk(a.count),
        "commits" => commits(a.count),
        "reads" => reads(a.count, a.rows),
        "scan" => scan(a.rows),
        other => panic!("no such work: {other}"),
    };
    let cpu = cpu_seconds();
    let start = Instant::now();
    let o = work(db)?;
    tell(o, start.elapsed().as_secs_f64(), cpu_seconds() - cpu, rusqlite::version());
    Ok(())
}

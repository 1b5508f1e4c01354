// What the Rust peers share: rows, keys, timing, the answer. See README.md.
use std::time::{Instant, SystemTime, UNIX_EPOCH};

pub const INSERT: &str = "insert into predictions (symbol, model, value, confidence, features, created_at, updated_at) \
                          values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
pub const SELECT: &str =
    "select id, symbol, model, value, confidence, features, created_at, updated_at from predictions";

pub fn make(count: usize) -> Vec<Prediction> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros() as i64;
    (0..count)
        .map(|i| Prediction {
            id: 0,
            symbol: if i % 3 == 0 { "BTCUSDT" } else { "ETHUSDT" }.to_string(),
            model: "gradient-7".to_string(),
            value: (i % 1000) as f64 / 1000.0,
            confidence: 0.5,
            features: format!(
                "{{\"rsi\":51.25,\"macd\":-0.125,\"spread\":0.0004,\"depth\":{}}}",
                1000 + i % 9000
            ),
            created_at: now,
            updated_at: now,
        })
        .collect()
}

pub fn random_key(i: usize, rows: usize) -> i64 {
    let mut x = (i as u64 + 1).wrapping_mul(0x9E3779B97F4A7C15);
    x = (x ^ (x >> 31)).wrapping_mul(0xBF58476D1CE4E5B9);
    ((x ^ (x >> 29)) % rows as u64) as i64 + 1
}

#[derive(Default)]
pub struct Outcome {
    pub rows: usize,
    pub ids: i64,
    pub each: Vec<f64>, // microseconds
}

pub struct Arguments {
    pub work: String,
    pub file: String,
    pub count: usize,
    pub rows: usize,
    pub pragmas: Vec<(String, i64)>,
}

pub fn arguments() -> Arguments {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let pragmas = given[4]
        .split(',')
        .map(|one| one.split_once('=').unwrap())
        .map(|(name, value)| (name.to_string(), value.parse().unwrap()))
        .collect();
    Arguments {
        work: given[0].clone(),
        file: given[1].clone(),
        count: given[2].parse().unwrap(),
        rows: given[3].parse().unwrap(),
        pragmas,
    }
}

pub fn microseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e6
}

pub fn cpu_seconds() -> f64 {
    let mut used: libc::rusage = unsafe { std::mem::zeroed() };
    unsafe { libc::getrusage(libc::RUSAGE_SELF, &mut used) };
    let seconds = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 / 1e6;
    seconds(used.ru_utime) + seconds(used.ru_stime)
}

pub fn tell(mut o: Outcome, wall: f64, cpu: f64, version: &str) {
    o.each.sort_by(f64::total_cmp);
    let quantile = |q: f64| match o.each.len() {
        0 => 0.0,
        n => o.each[(q * (n - 1) as f64 + 0.5) as usize],
    };
    println!(
        "{{\"ops_per_s\":{},\"cpu_us_per_op\":{},\"p50_us\":{},\"p99_us\":{},\"rows\":{},\"ids\":{},\"sqlite\":\"{}\"}}",
        o.rows as f64 / wall,
        cpu * 1e6 / o.rows as f64,
        quantile(0.5),
        quantile(0.99),
        o.rows,
        o.ids,
        version
    );
}

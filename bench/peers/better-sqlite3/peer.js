// better-sqlite3: see ../README.md.
'use strict';
const Database = require('better-sqlite3');

const INSERT = 'insert into predictions (symbol, model, value, confidence, features, created_at, updated_at) ' +
    'values (?, ?, ?, ?, ?, ?, ?)';
const SELECT = 'select id, symbol, model, value, confidence, features, created_at, updated_at from predictions';

function make(i, now) {
    return {
        symbol: i % 3 === 0 ? 'BTCUSDT' : 'ETHUSDT',
        model: 'gradient-7',
        value: (i % 1000) / 1000,
        confidence: 0.5,
        features: `{"rsi":51.25,"macd":-0.125,"spread":0.0004,"depth":${1000 + i % 9000}}`,
        created_at: now,
        updated_at: now,
    };
}

function makeAll(count) {
    const now = Date.now() * 1000;
    return Array.from({ length: count }, (_, i) => make(i, now));
}

function randomKey(i, rows) {
    const mask = (1n << 64n) - 1n;
    let x = (BigInt(i) + 1n) * 0x9E3779B97F4A7C15n & mask;
    x = (x ^ x >> 31n) * 0xBF58476D1CE4E5B9n & mask;
    return Number((x ^ x >> 29n) % BigInt(rows)) + 1;
}

const microseconds = () => Number(process.hrtime.bigint()) / 1000;

function insert(statement, row) {
    statement.run(row.symbol, row.model, row.value, row.confidence, row.features, row.created_at, row.updated_at);
}

const works = {
    bulk(db, count) {
        const rows = makeAll(count);
        const one = db.prepare(INSERT);
        const all = db.transaction(() => { for (const row of rows) insert(one, row); });
        return () => {
            all.immediate();
            db.close();
            return { rows: count, ids: 0, each: [] };
        };
    },
    commits(db, count) {
        const rows = makeAll(count);
        const one = db.prepare(INSERT);
        const store = db.transaction((row) => insert(one, row)).immediate;
        return () => {
            const each = [];
            for (const row of rows) {
                const start = microseconds();
                store(row);
                each.push(microseconds() - start);
            }
            db.close();
            return { rows: count, ids: 0, each };
        };
    },
    reads(db, count, rows) {
        const keys = Array.from({ length: count }, (_, i) => randomKey(i, rows));
        const one = db.prepare(SELECT + ' where id = ?');
        return () => {
            const each = [];
            let ids = 0;
            for (const key of keys) {
                const start = microseconds();
                ids += one.get(key).id;
                each.push(microseconds() - start);
            }
            return { rows: count, ids, each };
        };
    },
    scan(db) {
        const all = db.prepare(SELECT);
        return () => {
            const found = all.all();
            let ids = 0;
            for (const row of found) ids += row.id;
            return { rows: found.length, ids, each: [] };
        };
    },
};

function main([work, path, count, rows, pragmas]) {
    const db = new Database(path);
    for (const pragma of pragmas.split(',')) {
        const [name, value] = pragma.split('=');
        db.pragma(pragma);
        if (db.pragma(name, { simple: true }) !== Number(value)) throw new Error(`pragma ${name} did not take`);
    }
    const version = db.prepare('select sqlite_version()').pluck().get();
    const run = works[work](db, Number(count), Number(rows));
    const before = process.cpuUsage();
    const start = microseconds();
    const done = run();
    const wall = microseconds() - start;
    const used = process.cpuUsage(before);
    done.each.sort((a, b) => a - b);
    const quantile = (q) => done.each.length ? done.each[Math.floor(q * (done.each.length - 1) + 0.5)] : 0;
    console.log(JSON.stringify({
        ops_per_s: done.rows * 1e6 / wall,
        cpu_us_per_op: (used.user + used.system) / done.rows,
        p50_us: quantile(0.5),
        p99_us: quantile(0.99),
        rows: done.rows,
        ids: done.ids,
        sqlite: version,
    }));
}

main(process.argv.slice(2));

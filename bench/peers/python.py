#!/usr/bin/env python3
"""Python's sqlite3: see README.md."""
import json
import resource
import sqlite3
import sys
import time
from dataclasses import dataclass

INSERT = ('insert into predictions (symbol, model, value, confidence, features, created_at, updated_at) '
          'values (?, ?, ?, ?, ?, ?, ?)')
SELECT = 'select id, symbol, model, value, confidence, features, created_at, updated_at from predictions'


@dataclass(slots=True)
class Prediction:
    id: int
    symbol: str
    model: str
    value: float
    confidence: float
    features: str
    created_at: int
    updated_at: int

    def stored(self):
        return (self.symbol, self.model, self.value, self.confidence, self.features, self.created_at,
                self.updated_at)


def make(i, now):
    return Prediction(0, 'BTCUSDT' if i % 3 == 0 else 'ETHUSDT', 'gradient-7', i % 1000 / 1000, 0.5,
                      f'{{"rsi":51.25,"macd":-0.125,"spread":0.0004,"depth":{1000 + i % 9000}}}', now, now)


def random_key(i, rows):
    mask = (1 << 64) - 1
    x = (i + 1) * 0x9E3779B97F4A7C15 & mask
    x = (x ^ x >> 31) * 0xBF58476D1CE4E5B9 & mask
    return (x ^ x >> 29) % rows + 1


def cpu():
    use = resource.getrusage(resource.RUSAGE_SELF)
    return use.ru_utime + use.ru_stime


def bulk(db, count, _):
    rows = [make(i, time.time_ns() // 1000) for i in range(count)]

    def work():
        db.execute('begin immediate')
        db.executemany(INSERT, (row.stored() for row in rows))
        db.execute('commit')
        db.close()
        return count, 0, []
    return work


def commits(db, count, _):
    rows = [make(i, time.time_ns() // 1000) for i in range(count)]

    def work():
        each = []
        for row in rows:
            start = time.perf_counter()
            db.execute('begin immediate')
            db.execute(INSERT, row.stored())
            db.execute('commit')
            each.append(time.perf_counter() - start)
        db.close()
        return count, 0, each
    return work


def reads(db, count, rows):
    keys = [random_key(i, rows) for i in range(count)]

    def work():
        each, ids = [], 0
        for key in keys:
            start = time.perf_counter()
            found = Prediction(*db.execute(SELECT + ' where id = ?', (key,)).fetchone())
            each.append(time.perf_counter() - start)
            ids += found.id
        return count, ids, each
    return work


def scan(db, count, _):
    def work():
        found = [Prediction(*row) for row in db.execute(SELECT)]
        return len(found), sum(row.id for row in found), []
    return work


def main():
    work, path, count, rows, pragmas = sys.argv[1:]
    db = sqlite3.connect(path, isolation_level=None)
    for pragma in pragmas.split(','):
        name, value = pragma.split('=')
        db.execute(f'pragma {name}={value}').fetchall()
        if db.execute(f'pragma {name}').fetchone()[0] != int(value):
            sys.exit(f'pragma {name} did not take')
    run = {'bulk': bulk, 'commits': commits, 'reads': reads, 'scan': scan}[work](db, int(count), int(rows))
    cpu_before, start = cpu(), time.perf_counter()
    done, ids, each = run()
    wall, used = time.perf_counter() - start, cpu() - cpu_before
    each.sort()

    def quantile(q):
        return each[int(q * (len(each) - 1) + 0.5)] * 1e6 if each else 0
    print(json.dumps({'ops_per_s': done / wall, 'cpu_us_per_op': used * 1e6 / done, 'p50_us': quantile(0.5),
                      'p99_us': quantile(0.99), 'rows': done, 'ids': ids, 'sqlite': sqlite3.sqlite_version}))


main()

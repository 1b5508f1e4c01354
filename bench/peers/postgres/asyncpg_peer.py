#!/usr/bin/env python3
"""asyncpg on uvloop: see ../README.md. It has no pipelines: what is in flight beyond its connections waits in its pool."""
import asyncio
import datetime
import json
import resource
import sys
import time
from dataclasses import dataclass

import asyncpg
import uvloop

COLUMNS = ['symbol', 'model', 'value', 'confidence', 'features', 'created_at', 'updated_at']
NAMED = ', '.join(f'"{name}"' for name in COLUMNS)
GET = f'select "id", {NAMED} from "predictions" where "id" = $1'
ROWS = f'select "id", {NAMED} from "predictions" where "id" <= $1'
INSERT = f'insert into "predictions" ({NAMED}) values ($1, $2, $3, $4, $5, $6, $7) returning "id"'


@dataclass(slots=True)
class Prediction:
    id: int
    symbol: str
    model: str
    value: float
    confidence: float
    features: str
    created_at: datetime.datetime
    updated_at: datetime.datetime

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


class Work:
    def __init__(self, arguments):
        self.what, self.url = arguments[:2]
        self.count, self.rows, self.in_flight, self.connections = map(int, arguments[2:])
        self.done, self.ids, self.each = 0, 0, []
        self.wall = self.cpu = 0

    def begin(self):
        self.wall, self.cpu = time.perf_counter(), cpu()

    def end(self):
        self.wall, self.cpu = time.perf_counter() - self.wall, cpu() - self.cpu

    async def run(self):
        async with asyncpg.create_pool(self.url, min_size=self.connections, max_size=self.connections) as pool:
            await {'reads': self.reads, 'inserts': self.inserts, 'copy': self.copy, 'rows': self.all_rows}[self.what](pool)

    async def callers(self, one):
        """So many tasks, each of which does its share one after the other."""
        async def caller(first):
            for i in range(first, self.count, self.in_flight):
                start = time.perf_counter()
                key = await one(i)
                self.ids += key
                self.each.append(time.perf_counter() - start)
                self.done += 1

        self.begin()
        await asyncio.gather(*(caller(first) for first in range(self.in_flight)))
        self.end()

    async def reads(self, pool):
        async def get(i):
            row = await pool.fetchrow(GET, random_key(i, self.rows))
            return Prediction(*row).id

        await self.callers(get)

    async def inserts(self, pool):
        now = datetime.datetime.now(datetime.timezone.utc)
        rows = [make(i, now) for i in range(self.count)]

        async def insert(i):
            return await pool.fetchval(INSERT, *rows[i].stored())

        await self.callers(insert)

    async def copy(self, pool):
        now = datetime.datetime.now(datetime.timezone.utc)
        rows = [make(i, now) for i in range(self.count)]
        async with pool.acquire() as connection:
            self.begin()
            told = await connection.copy_records_to_table('predictions', records=(row.stored() for row in rows),
                                                          columns=COLUMNS)
            self.end()
        self.done = int(told.split()[1])

    async def all_rows(self, pool):
        async with pool.acquire() as connection:
            statement = await connection.prepare(ROWS)
            self.begin()
            rows = [Prediction(*row) for row in await statement.fetch(self.count)]
            self.end()
        self.done, self.ids = len(rows), sum(row.id for row in rows)

    def quantile(self, q):
        return self.each[int(q * (len(self.each) - 1) + 0.5)] * 1e6 if self.each else 0

    def told(self):
        self.each.sort()
        return {'ops_per_s': self.done / self.wall, 'cpu_us_per_op': self.cpu * 1e6 / self.done,
                'p50_us': self.quantile(0.5), 'p99_us': self.quantile(0.99), 'rows': self.done, 'ids': self.ids}


def main():
    work = Work(sys.argv[1:])
    uvloop.run(work.run())
    print(json.dumps(work.told()))


main()

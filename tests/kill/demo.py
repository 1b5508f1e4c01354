#!/usr/bin/env python3
"""Kills the trading day with SIGKILL at random moments and judges what is left.

    demo.py BUILD_ROOT

Whatever the moment: the file is sound, every acknowledged write is in it, and no write is in it by half.
The moments are counted in acknowledged units, or in bytes written while the predictions are loaded; the
seed is printed, and given in HAWSER_KILL_SEED it makes the same choices again.
"""
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

PREDICTIONS = 60_000
TICKS = 30_000
RECORD = 14  # bytes of an acknowledgement
PATIENCE = 120  # seconds until a day that is not over counts as hung


class Day:
    """One run of the program in a folder of its own."""

    def __init__(self, program, folder, *arguments):
        self.database = folder / 'day.db'
        self.acknowledged = folder / 'acknowledged'
        self.errors = open(folder / 'errors', 'w+')
        self.process = subprocess.Popen(
            [program, '--url', f'sqlite:{self.database}', '--acknowledge', self.acknowledged, '--json',
             '--own-predictions', str(PREDICTIONS), '--own-ticks', str(TICKS), *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.errors)

    def reached(self, condition):
        """Watches until condition() holds; False if the program ended before."""
        while not condition():
            try:
                self.process.wait(timeout=0.001)
                return False
            except subprocess.TimeoutExpired:
                pass
        return True

    def end_with(self, signal_number):
        self.process.send_signal(signal_number)
        self.process.communicate(timeout=PATIENCE)
        return self.process.returncode

    def records(self):
        """The acknowledgements that are whole."""
        data = self.acknowledged.read_bytes() if self.acknowledged.exists() else b''
        return [data[at:at + RECORD - 1].decode() for at in range(0, len(data) - RECORD + 1, RECORD)]


def size(path):
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def written(day):
    return size(day.database) + size(Path(f'{day.database}-wal'))


def one(connection, sql):
    return connection.execute(sql).fetchone()[0]


def wide(stored):
    """A decimal of more than 18 digits: 16 bytes that are ordered as the numbers are."""
    return int.from_bytes(stored, 'big') - 2**127


def position_problems(connection):
    """Positions against sums over their trades, made here in whole numbers."""
    sums = {}
    for position, quantity, price in connection.execute('select position_id, quantity, price from trades'):
        s = sums.setdefault(position, [0, 0, price, price])
        s[0] += quantity
        s[1] += price * quantity  # 16 digits behind the point
        s[2], s[3] = min(s[2], price), max(s[3], price)
    for key, symbol, quantity, notional, low, high in connection.execute(
            'select id, symbol, quantity, notional, low, high from positions'):
        expected = sums.get(key, [0, 0, None, None])
        if [quantity, wide(notional), low, high] != expected:
            yield f'the position of {symbol} is {quantity, notional, low, high}, its trades say {expected}'


def stored_problems(connection, records):
    orders = {row[0] for row in connection.execute('select order_id from orders')}
    trades = {row[0] for row in connection.execute('select order_id from trades')}
    predictions = one(connection, 'select count(*) from ml_predictions')
    logged = 'log-%09d' % PREDICTIONS in records
    lost = {name for name in records if name.startswith('day-')} - trades
    if orders != trades:
        yield f'{len(orders ^ trades)} orders and trades are without each other'
    if lost:
        yield f'{len(lost)} of {len(records)} acknowledged units are lost, {min(lost)} among them'
    if predictions not in (0, PREDICTIONS):
        yield f'{predictions} of {PREDICTIONS} predictions are stored'
    if logged and predictions == 0:
        yield 'the acknowledged predictions are lost'
    yield from position_problems(connection)


def problems_of(day):
    """What is wrong with the file that a day left; recovers it by opening it."""
    if not day.database.exists():
        return ['acknowledged without a file'] if day.records() else []
    connection = sqlite3.connect(day.database)
    try:
        found = [row[0] for row in connection.execute('pragma integrity_check') if row[0] != 'ok']
        tables = one(connection, "select count(*) from sqlite_schema where type = 'table' and name = 'trades'")
        if tables:
            found += stored_problems(connection, day.records())
        elif day.records():
            found.append('acknowledged without tables')
        return found
    finally:
        connection.close()


def killed_while_trading(program, folder, chance):
    units = chance.randint(0, TICKS * 9 // 10)
    day = Day(program, folder, '--threads', str(chance.choice((1, 2))))
    if not day.reached(lambda: size(day.acknowledged) >= (1 + units) * RECORD):
        return ['the day ended by itself: ' + errors_of(day)]
    day.end_with(signal.SIGKILL)
    return problems_of(day)


def killed_while_loading(program, folder, chance):
    amount = chance.randint(0, 40_000_000)
    day = Day(program, folder)
    if not day.reached(lambda: written(day) >= amount or size(day.acknowledged) > 0):
        return ['the day ended by itself: ' + errors_of(day)]
    day.end_with(signal.SIGKILL)
    return problems_of(day)


def interrupted(program, folder, chance):
    units = chance.randint(0, TICKS * 9 // 10)
    day = Day(program, folder)
    if not day.reached(lambda: size(day.acknowledged) >= (1 + units) * RECORD):
        return ['the day ended by itself: ' + errors_of(day)]
    code = day.end_with(signal.SIGINT)
    found = problems_of(day)
    if code != 130:
        found.append(f'exit code {code} instead of 130')
    if Path(f'{day.database}-wal').exists():
        found.append('the database was not closed')
    return found


def interrupted_while_loading(program, folder, chance):
    amount = chance.randint(1_000_000, 6_000_000)
    day = Day(program, folder)
    if not day.reached(lambda: written(day) >= amount):
        return ['the day ended by itself: ' + errors_of(day)]
    code = day.end_with(signal.SIGINT)
    found = problems_of(day)
    if code != 130:
        found.append(f'exit code {code} instead of 130')
    return found


def errors_of(day):
    day.errors.seek(0)
    return day.errors.read()[-300:]


def judge(name, trial, rounds, program, chance):
    for number in range(1, rounds + 1):
        with tempfile.TemporaryDirectory(prefix='hawser-kill-') as folder:
            found = trial(program, Path(folder), chance)
        if found:
            print(f'fail {name}: round {number}: ' + '; '.join(found))
            return False
    print(f'pass {name}')
    return True


def main():
    program = Path(sys.argv[1]) / 'examples' / 'trading_day'
    if not program.exists():
        print('skip demo: the examples are not built')
        return 0
    seed = int(os.environ.get('HAWSER_KILL_SEED') or random.randrange(10**9))
    print(f'seed {seed}')
    chance = random.Random(seed)
    verdicts = [
        judge('a day killed while it trades keeps every acknowledged unit and none by half',
              killed_while_trading, 8, program, chance),
        judge('a day killed while it loads predictions holds all of them or none',
              killed_while_loading, 8, program, chance),
        judge('an interrupted day ends cleanly and keeps every acknowledged unit', interrupted, 3, program, chance),
        judge('a day interrupted while it loads stores no prediction by half',
              interrupted_while_loading, 3, program, chance),
    ]
    return 0 if all(verdicts) else 1


sys.exit(main())

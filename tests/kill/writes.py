"""A program that writes in every way there is, killed with SIGKILL at any moment, again and again over one file.

    writes.py BUILD_ROOT

After each kill: the file is sound, every acknowledged write is in it, no write is in it by half or was never asked
for, what was undone has left no trace, of a group of callers all writes are there or none, and what earlier rounds
have left is as it was. HAWSER_KILL_ROUNDS is the number of rounds, 500 where it is not set; HAWSER_KILL_SEED makes the
same choices again.
"""
import mmap
import os
import random
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

NAME = 'acknowledged writes survive kill -9, none is stored by half'

# As writes.cpp has them.
WAYS = ['ready', 'pruned', 'resumed', 'entries', 'turnovers', 'units', 'batches', 'copies', 'chunks', 'chunk_rows',
        'patches', 'revisions', 'deals', 'groups', 'largest']
COUNTED = WAYS[:-2]
WRITERS = 16
NUMBER_FACTOR = 1_000_000
PAGES = 100
PATIENCE = 60  # seconds until a child that does not become ready counts as hung

TABLES = ['entries', 'items', 'accounts', 'parcels', 'readings', 'tallies', 'deals']


class Ledger:
    """What the child says is stored: way -> writer -> number."""

    def __init__(self, path):
        path.write_bytes(bytes(8 * len(WAYS) * WRITERS))
        self.file = open(path, 'r+b')
        self.memory = mmap.mmap(self.file.fileno(), 0)

    def is_ready(self):
        return self.memory[:8] != bytes(8)

    def close(self):
        numbers = struct.unpack(f'<{len(WAYS) * WRITERS}q', self.memory[:])
        self.memory.close()
        self.file.close()
        return {way: numbers[i * WRITERS:(i + 1) * WRITERS] for i, way in enumerate(WAYS)}


class Stored:
    """What a file holds of each round."""

    def __init__(self, path):
        self.connection = sqlite3.connect(path)
        self.connection.execute('pragma synchronous = off')
        self.tables = {row[0] for row in self.all("select name from sqlite_schema where type = 'table'")}

    def close(self):
        self.connection.close()

    def all(self, sql, *arguments):
        return self.connection.execute(sql, arguments).fetchall()

    def rounds(self):
        found = set()
        for table in TABLES:
            if table in self.tables:
                found |= {row[0] for row in self.all(f'select distinct round from {table}')}
        return found

    def content(self, number):
        """All of a round, without the chunked calls, which later rounds complete."""
        return [self.all('select writer, number, length(body) from entries where round = ? order by id', number),
                self.all('select writer, number from items where round = ? order by 1, 2', number),
                self.all('select writer, balance from accounts where round = ? order by 1', number),
                self.all('select p.writer, p.number, count(t.id), sum(t.weight) from parcels p '
                         'left join parts t on t.parcel_id = p.id where p.round = ? group by p.id', number),
                self.all('select way, writer, number, count(*), sum(position), sum(length(body)) from readings '
                         'where round = ? and way <> ? group by 1, 2, 3', number, WAYS.index('chunks')),
                self.all('select patches, revisions, row_version from tallies where round = ?', number),
                self.all('select d.writer, d.number, count(l.id) from deals d '
                         'left join legs l on l.deal_id = d.id where d.round = ? group by d.id', number)]


def by_writer(rows):
    found = defaultdict(list)
    for writer, *rest in rows:
        found[writer].append(tuple(rest))
    return found


def numbers_problems(what, acknowledged, stored):
    """Writes 1, 2, .. of each writer: the acknowledged ones, and at most the one that was under way."""
    for writer, last in enumerate(acknowledged):
        numbers = [row[0] for row in stored.get(writer, [])]
        if numbers != list(range(1, len(numbers) + 1)):
            yield f'{what} of writer {writer} are not in their order: {numbers[-5:]}'
        if not last <= len(numbers) <= last + 1:
            yield f'{what} of writer {writer}: {last} acknowledged, {len(numbers)} stored'


def entry_problems(stored, number, book):
    rows = stored.all('select writer, number from entries where round = ? order by id', number)
    yield from numbers_problems('entries', book['entries'], by_writer(rows))


def group_problems(stored, number, book):
    """What groups have committed, and of the one under way all that it had run or nothing."""
    committed, run = divmod(book['groups'][0], NUMBER_FACTOR)
    count = stored.all('select count(*) from entries where round = ?', number)[0][0]
    if count not in (committed, committed + run):
        yield f'groups have committed {committed} entries, the next one has run {run}, {count} are stored'


def items_after(operations):
    """Operation 2n-1 inserts n, operation 2n erases n-1."""
    last = (operations + 1) // 2
    return [n for n in (last - 1, last) if n > 0 and (n == last or operations % 2 == 1)]


def item_problems(stored, number, book):
    items = by_writer(stored.all('select writer, number from items where round = ? order by 1, 2', number))
    for writer, operations in enumerate(book['turnovers']):
        found = [row[0] for row in items.get(writer, [])]
        if found not in (items_after(operations), items_after(operations + 1)):
            yield f'items of writer {writer}: {found} after {operations} acknowledged operations'


def unit_problems(stored, number, book):
    rows = stored.all('select p.writer, p.number, p.parts, p.weight, count(t.id), coalesce(sum(t.weight), 0) '
                      'from parcels p left join parts t on t.parcel_id = p.id where p.round = ? '
                      'group by p.id order by p.id', number)
    parcels = by_writer(rows)
    yield from numbers_problems('units', book['units'], parcels)
    for row in rows:
        if row[2:4] != row[4:6]:
            yield f'a unit is there by half: {row}'
    balances = dict(stored.all('select writer, balance from accounts where round = ?', number))
    for writer in range(WRITERS):
        expected = sum(row[2] for row in parcels.get(writer, []))
        if balances.get(writer, 0) != expected:
            yield f'the account of writer {writer} holds {balances.get(writer, 0)}, its units say {expected}'


def bulk_problems(stored, number, book):
    rows = stored.all('select way, writer, number, size, count(*), min(position), max(position), max(size) '
                      'from readings where round = ? group by way, writer, number order by 1, 2, 3', number)
    for way in ('batches', 'copies', 'chunks'):
        mine = [row[1:] for row in rows if row[0] == WAYS.index(way)]
        partial = [row for row in mine if row[3] != row[2]]
        for row in mine:
            if row[4:6] != (0, row[3] - 1) or row[6] != row[2]:
                yield f'rows of {way} {row[:2]} are missing in between: {row}'
        if way != 'chunks' and partial:
            yield f'{way} are there by half: {partial[:3]}'
        yield from numbers_problems(way, book[way], by_writer(mine))
        if way == 'chunks':
            yield from chunk_problems(partial, mine, book)


def chunk_problems(partial, mine, book):
    """Only the call under way may be there in part, and then what its progress has told."""
    counts = {row[:2]: row[3] for row in mine}
    for writer, number, *_ in partial:
        if number != book['chunks'][writer] + 1:
            yield f'chunked call {number} of writer {writer} was acknowledged and is there in part'
    for writer, told in enumerate(book['chunk_rows']):
        number, rows = divmod(told, NUMBER_FACTOR)
        if counts.get((writer, number), 0) < rows:
            yield f'chunked call {number} of writer {writer} told {rows} rows, {counts.get((writer, number), 0)} stored'


def tally_problems(stored, number, book):
    rows = stored.all('select patches, revisions, row_version from tallies where round = ?', number)
    if not rows:
        if any(book['patches']) or any(book['revisions']):
            yield 'the row with acknowledged patches is lost'
        return
    patches, revisions, version = rows[0]
    for name, count, under_way in (('patches', patches, 6), ('revisions', revisions, 2)):
        least = sum(book[name])
        if not least <= count <= least + under_way:
            yield f'{name}: {least} acknowledged, {count} stored'
    if version != 1 + patches + revisions:
        yield f'the row has version {version} after {patches} patches and {revisions} revisions'


def deal_problems(stored, number, book):
    rows = stored.all('select d.writer, d.number, count(l.id) from deals d left join legs l on l.deal_id = d.id '
                      'where d.round = ? group by d.id order by d.id', number)
    yield from numbers_problems('transactions', book['deals'], by_writer(rows))
    for row in rows:
        if row[2] != 2:
            yield f'a transaction is there by half: {row}'


def ghost_problems(stored):
    ghosts = stored.all('select count(*) from ghosts')[0][0]
    pages = stored.all('select count(*), coalesce(sum(abs(touched)), 0), coalesce(sum(length(body)), 0) from pages')[0]
    if ghosts:
        yield f'{ghosts} rows are there that were undone'
    if pages not in ((0, 0, 0), (PAGES, 0, PAGES * 3000)):
        yield f'what was undone has left a trace: {pages}'


def sound_problems(stored):
    yield from (row[0] for row in stored.all('pragma integrity_check') if row[0] != 'ok')
    yield from (f'a foreign key points nowhere: {row}' for row in stored.all('pragma foreign_key_check'))


def old_problems(stored, number, book, before):
    """What earlier rounds have left: as it was, or gone where this round removes it, all at once."""
    there = stored.rounds()
    past = {n for n in before if n < number - 2}
    old = {n for n in past if any(before[n])}  # a round that was killed at once has left nothing to be removed
    gone = old - there
    if gone not in (set(), old) or (book['pruned'][0] and gone != old):
        yield f'removed at once: rounds {sorted(old)}; gone are {sorted(gone)}'
    for n in set(before) - gone:
        if stored.content(n) != before[n]:
            yield f'round {n} is not what it was'
    partial = stored.all('select round, writer, number from readings where way = ? and round < ? '
                         'group by 1, 2, 3 having count(*) < max(size)', WAYS.index('chunks'), number)
    if book['resumed'][0] and partial:
        yield f'chunked calls were not completed: {partial}'
    for n in gone | (past - old):
        del before[n]


def problems_of(path, number, book, before):
    stored = Stored(path)
    try:
        if not set(TABLES) <= stored.tables:
            if stored.tables or before or any(any(numbers) for numbers in book.values()):
                return [f'tables are missing: there are {sorted(stored.tables)}']
            return []
        found = [*sound_problems(stored), *ghost_problems(stored), *old_problems(stored, number, book, before)]
        for problems in (entry_problems, group_problems, item_problems, unit_problems, bulk_problems, tally_problems,
                         deal_problems):
            found += problems(stored, number, book)
        before[number] = stored.content(number)
        return found
    finally:
        stored.close()


def killed_round(program, folder, number, chance):
    """Runs and kills a child; what it had been told, and what was wrong with it."""
    ledger = Ledger(folder / 'ledger')
    early = chance.random() < 0.15  # while it opens the file, recovers it, makes tables
    delay = chance.uniform(0, 0.03) if early else chance.uniform(0.005, 0.07)
    errors = open(folder / 'errors', 'w+')
    child = subprocess.Popen([program, folder / 'writes.db', folder / 'ledger', str(number), str(chance.getrandbits(31))],
                             stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors)
    try:
        patience = time.monotonic() + PATIENCE
        while not early and not ledger.is_ready() and child.poll() is None and time.monotonic() < patience:
            time.sleep(0.0005)
        time.sleep(delay)
        ready = ledger.is_ready()
        child.kill()
        child.wait(timeout=PATIENCE)
    finally:
        child.kill()
    book = ledger.close()
    errors.seek(0)
    said = errors.read()[-300:]
    errors.close()
    if child.returncode != -9:
        return book, [f'the child ended by itself with {child.returncode}: {said}']
    return book, [] if early or ready else ['the child did not become ready']


def judged_round(program, folder, number, chance, before):
    book, found = killed_round(program, folder, number, chance)
    path = folder / 'writes.db'
    if not found and not path.exists() and (before or any(any(numbers) for numbers in book.values())):
        return book, ['the file is gone']
    if found or not path.exists():
        return book, found
    if chance.random() < 0.5:
        return book, problems_of(path, number, book, before)
    # The next child is to recover the log itself: a copy is judged.
    copy = folder / 'copy.db'
    for suffix in ('', '-wal'):
        Path(f'{copy}{suffix}').unlink(missing_ok=True)
        if Path(f'{path}{suffix}').exists():
            shutil.copyfile(f'{path}{suffix}', f'{copy}{suffix}')
    return book, problems_of(copy, number, book, before)


def run(program, folder, rounds, chance):
    """The problem found, or nothing."""
    before = {}
    acknowledged = dict.fromkeys(COUNTED, 0)
    largest = 0
    for number in range(1, rounds + 1):
        book, found = judged_round(program, folder, number, chance, before)
        if found:
            return f'round {number}: ' + '; '.join(found)
        for way in COUNTED:
            acknowledged[way] += sum(book[way])
        largest = max(largest, book['largest'][0])
    idle = [way for way in COUNTED if not acknowledged[way]]
    if idle and rounds >= 50:
        return f'nothing was ever acknowledged of {idle}'
    if largest < 2 and rounds >= 50:
        return 'no group ever had entries of two callers'
    print('acknowledged: ' + ', '.join(f'{acknowledged[way]} {way}' for way in COUNTED if way != 'chunk_rows')
          + f'; up to {largest} entries in a group')
    return ''


def main():
    program = Path(sys.argv[1]) / 'tests' / 'kill_writes'
    rounds = int(os.environ.get('HAWSER_KILL_ROUNDS') or 500)
    seed = int(os.environ.get('HAWSER_KILL_SEED') or random.randrange(10**9))
    print(f'seed {seed}, {rounds} rounds')
    folder = Path(tempfile.mkdtemp(prefix='hawser-kill-'))
    started = time.monotonic()
    problem = run(program, folder, rounds, random.Random(seed))
    print(f'{time.monotonic() - started:.0f} s')
    if problem:
        print(f'fail {NAME}: {problem}; the files are in {folder}')
        return 1
    shutil.rmtree(folder)
    print(f'pass {NAME}')
    return 0


sys.exit(main())

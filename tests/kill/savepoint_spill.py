"""A savepoint that is rolled back after more pages changed than the cache holds loses no acknowledged row, even
when the process is killed right after. argv: build root.

That it may, where pages spill, is shown by the same work done by Python's SQLite, if that is one that loses rows."""
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / 'support'))
import notes  # noqa: E402

NAME = 'acknowledged rows survive a savepoint rollback beyond the cache and kill -9'

# As savepoint_spill.cpp has them.
PAGES = 300
BODY = 3000
CACHE = 200  # KiB
NOTES = 20

REPAIRED = (3, 50, 2)  # the first SQLite that loses nothing


def kill_when_ready(program: pathlib.Path, database: pathlib.Path) -> list[str]:
    """What the child had told."""
    child = subprocess.Popen([program, database], stdout=subprocess.PIPE, text=True)
    told = []
    try:
        for line in child.stdout:
            told.append(line.strip())
            if told[-1].startswith('ready'):
                break
    finally:
        child.kill()
        child.wait(timeout=30)
    return told


def problem_of(program: pathlib.Path, database: pathlib.Path) -> str:
    told = kill_when_ready(program, database)
    if len(notes.acknowledged(told)) != NOTES:
        return f'{len(notes.acknowledged(told))} of {NOTES} notes were acknowledged'
    connection = sqlite3.connect(database)
    try:
        problem = notes.problem_of(connection, told)
        rounds = connection.execute('select max(round), count(*) from pages').fetchone()
    finally:
        connection.close()
    if not problem and rounds != (0, PAGES):
        problem = f'the undone unit left a trace: {rounds}'
    return problem


def work_that_spills(connection: sqlite3.Connection) -> None:
    connection.executescript(f'''
        pragma journal_mode = wal; pragma synchronous = normal; pragma wal_autocheckpoint = 0;
        pragma cache_size = -{CACHE}; pragma cache_spill = 1;
        create table pages (id integer primary key, round integer, body text);
        create table notes (id integer primary key, number integer unique);
        begin;
        with recursive c(n) as (select 1 union all select n + 1 from c where n < {PAGES})
        insert into pages select n, 0, replace(hex(zeroblob({BODY} / 2)), '0', 'x') from c;
        commit;
        begin immediate;
        insert into notes (number) values (1);
        savepoint batch;
        update pages set round = round + 1 where id > 0;
        update pages set round = round + 1 where id > {PAGES} / 2;
        rollback to batch;
        release batch;
        insert into notes (number) values (2);
        commit;''')
    for number in range(3, NOTES + 1):
        connection.execute('insert into notes (number) values (?)', (number,))


def lost_where_pages_spill(folder: pathlib.Path) -> int:
    """How many of the notes are not found again behind that work, where nobody closes the file."""
    connection = sqlite3.connect(folder / 'spilling.db', isolation_level=None)
    try:
        work_that_spills(connection)
        for suffix in ('', '-wal'):
            shutil.copyfile(folder / f'spilling.db{suffix}', folder / f'left.db{suffix}')
    finally:
        connection.close()
    left = sqlite3.connect(folder / 'left.db')
    try:
        return NOTES - left.execute('select count(*) from notes').fetchone()[0]
    finally:
        left.close()


def main() -> int:
    program = pathlib.Path(sys.argv[1]) / 'tests' / 'kill_savepoint_spill'
    with tempfile.TemporaryDirectory(prefix='hawser-kill-') as name:
        folder = pathlib.Path(name)
        problem = problem_of(program, folder / 'spill.db')
        lost = lost_where_pages_spill(folder)
    print(f'SQLite {sqlite3.sqlite_version} loses {lost} of {NOTES} notes where pages spill')
    if not problem and not lost and sqlite3.sqlite_version_info < REPAIRED:
        problem = 'nothing is lost where pages spill, so that this test finds nothing'
    print(f'fail {NAME}: {problem}' if problem else f'pass {NAME}')
    return 1 if problem else 0


sys.exit(main())

"""A process that is killed in the middle of an atomic bulk call whose pages have gone to the log leaves nothing of the
call and all that was acknowledged before it. argv: build root. HAWSER_KILL_SEED makes the same choices again."""
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / 'support'))
import notes  # noqa: E402

NAME = 'an atomic bulk call that is killed after its pages have spilled leaves nothing'
VERBS = ('insert', 'copy', 'update', 'upsert', 'erase')
TRIALS = 4  # of each

# As bulk_spill.cpp has them.
ROWS = 20000
BODY = 600

LEAST = 1 << 20  # of log beyond the notes: far more than the cache holds
MOST = 8 << 20  # the whole call makes more

OLD = (ROWS, 0, ROWS * BODY, 0)  # stocks, sum of their states, bytes, deliveries
NEW = {
    'insert': (ROWS, 0, ROWS * BODY, ROWS),
    'copy': (ROWS, 0, ROWS * BODY, ROWS),
    'update': (ROWS, ROWS, ROWS * BODY, 0),
    'upsert': (ROWS * 3 // 2, ROWS, ROWS * 3 // 2 * BODY, 0),
    'erase': (0, 0, 0, 0),
}


def size(path: pathlib.Path) -> int:
    return path.stat().st_size if path.exists() else 0


def kill_within(program: pathlib.Path, verb: str, database: pathlib.Path, growth: int) -> tuple[list[str], int]:
    """Kills the child once the log has grown so much; what it had told, and how much the log had grown."""
    log = pathlib.Path(f'{database}-wal')
    child = subprocess.Popen([program, verb, database], stdout=subprocess.PIPE, text=True)
    told = []
    try:
        for line in child.stdout:
            told.append(line.strip())
            if told[-1].startswith('begun'):
                break
        before = size(log)
        patience = time.monotonic() + 60
        while size(log) < before + growth and child.poll() is None and time.monotonic() < patience:
            time.sleep(0.0002)
    finally:
        child.kill()
        told += child.stdout.read().split('\n')
        child.wait(timeout=30)
    return told, size(log) - before


def problems(told: list[str], verb: str, database: pathlib.Path) -> tuple[str, bool]:
    """What is wrong with the file, and whether the call is not in it."""
    connection = sqlite3.connect(database)
    try:
        problem = notes.problem_of(connection, told)
        content = connection.execute('select count(*), coalesce(sum(state), 0), coalesce(sum(length(body)), 0), '
                                     '(select count(*) from deliveries) from stocks').fetchone()
    finally:
        connection.close()
    if not set(range(1, 11)) <= notes.acknowledged(told):
        return f'the child came to its bulk call without its notes: {told}', False
    if problem:
        return problem, False
    if 'stored 0' in told and content != NEW[verb]:
        return f'the acknowledged {verb} is not there: {content}', False
    if content not in (OLD, NEW[verb]):
        return f'the {verb} is there by half: {content}', False
    return '', content == OLD


def judge(program: pathlib.Path, verb: str, folder: pathlib.Path, chance: random.Random) -> str:
    undone = 0
    for trial in range(TRIALS):
        database = folder / f'{verb}{trial}.db'
        shutil.copyfile(folder / 'prepared.db', database)
        told, growth = kill_within(program, verb, database, LEAST if trial == 0 else chance.randint(LEAST, MOST))
        problem, absent = problems(told, verb, database)
        if problem:
            return f'{verb}, log grown by {growth} bytes: {problem}'
        undone += absent and growth >= LEAST
    return '' if undone else f'no {verb} was killed while its pages were in the log'


def main() -> int:
    program = pathlib.Path(sys.argv[1]) / 'tests' / 'kill_bulk_spill'
    seed = int(os.environ.get('HAWSER_KILL_SEED') or random.randrange(10**9))
    print(f'seed {seed}')
    chance = random.Random(seed)
    problem = ''
    with tempfile.TemporaryDirectory(prefix='hawser-kill-') as name:
        folder = pathlib.Path(name)
        subprocess.run([program, 'prepare', folder / 'prepared.db'], check=True)
        for verb in VERBS:
            problem = problem or judge(program, verb, folder, chance)
    print(f'fail {NAME}: {problem}' if problem else f'pass {NAME}')
    return 1 if problem else 0


sys.exit(main())

#!/usr/bin/env python3
"""Runs the benchmark suites with hardly any work, so that they cannot rot: what they print and write is judged, not
how fast anything is.

    smoke.py HAWSER_BENCH BENCH_SOURCES
"""
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FIELDS = ['name', 'contender', 'ops_per_s', 'cpu_us_per_op', 'p50_us', 'p99_us', 'ratio', 'spread', 'of', 'sense',
          'bar', 'verdict']


class Skipped(Exception):
    """Why a suite cannot run here."""


# A peer that says to have a SQLite that nobody else has.
OTHER_SQLITE = '''
import json, subprocess, sys
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
sys.stderr.write(done.stderr)
if done.returncode == 0:
    print(json.dumps({**json.loads(done.stdout), 'sqlite': '3.99.0'}))
sys.exit(done.returncode)
'''


NO_SERVER = 'no PostgreSQL server is installed'


def run_suite(program, suite, sources, folder):
    peers = Path(folder) / 'peers.json'
    python = [sys.executable, str(Path(sources) / 'peers/python.py')]
    of_sqlite = {'python': {'command': python, 'library': 'sqlite3'},
                 'other': {'command': [sys.executable, '-c', OTHER_SQLITE, *python], 'library': 'other 1.0'}}
    peers.write_text(json.dumps({
        **({} if suite == 'postgres' else of_sqlite),
        'absent': {'skipped': 'not installed'},
        'broken': {'command': ['false'], 'library': 'none'}}))
    figures = Path(folder) / 'figures.json'
    done = subprocess.run([program, suite, '--tiny', '--rounds', '1', '--no-warm-up', '--commit', 'abc123', '--json',
                           str(figures), '--peers', str(peers)], cwd=folder, capture_output=True, text=True, timeout=280)
    if NO_SERVER in done.stderr:
        raise Skipped(NO_SERVER)
    if done.returncode != 0:
        raise RuntimeError(f'exit code {done.returncode}: {done.stderr.strip().splitlines()[-1:]}')
    return json.loads(figures.read_text()), done.stdout


def judge(suite, figures, text):
    assert figures['suite'] == suite
    assert figures['cases'], 'no case ran'
    for case in figures['cases']:
        missing = [field for field in FIELDS if field not in case]
        assert not missing, f'{case["name"]} lacks {missing}'
        assert case['sense'] in ('>=', '<=')
        assert (case['verdict'] is None) == (case['bar'] is None), f'{case} is not judged'
        assert case['verdict'] in (None, 'undecided'), 'one round decides nothing'
        assert case['of'] in (None, 'ops_per_s', 'cpu_us_per_op', 'p50_us', 'p99_us', 'figure')
        assert (case['of'] is None) == (case['ratio'] is None), f'{case} does not say what its ratio is of'
        assert case['name'] in text and case['contender'] in text


def judge_peers(figures, text):
    contenders = {case['contender'] for case in figures['cases']}
    assert 'python' in contenders and 'python: a transaction each' in contenders, 'the peer did not run'
    assert 'left out: absent: not installed' in text
    assert 'broken' not in contenders and 'left out: broken' in text
    assert any('left out: absent: not installed' in notes for notes in figures['notes'].values())


def judge_versions(figures, text):
    note = 'other has another SQLite than all others: 3.99.0'
    assert 'other' in {case['contender'] for case in figures['cases']} and note in text
    assert any(note in notes for notes in figures['notes'].values())
    assert 'python has another' not in text
    assert 'other 1.0 (SQLite 3.99.0)' in figures['conditions']['peers']
    assert figures['conditions']['commit'] == 'abc123'


def judge_parts(figures):
    during = [case for case in figures['cases'] if case['contender'] == 'hawser, inserts beside no checkpoint']
    assert during and all(case['ops_per_s'] is None and case['cpu_us_per_op'] is None for case in during)
    assert {case['of'] for case in figures['cases'] if case['contender'] == 'hawser, inserts during one'} == {'p99_us'}


def judge_postgres(figures, text):
    timed = {(case['contender'], case['name']) for case in figures['cases'] if case['ops_per_s'] and case['cpu_us_per_op']}
    for work in ('point reads by key, one at a time, 1 connection', 'point reads by key, 64 in flight, 1 connection',
                 'point reads by key, 256 in flight, 4 connections',
                 'durable inserts of a row, 64 in flight, 1 connection', 'binary COPY in of 500 k rows',
                 '100 k rows into structs'):
        for contender in ('hawser', 'raw: bytes made before'):
            assert (contender, work) in timed, f'{contender}: {work} was not timed'
    assert 'left out: absent: not installed' in text and 'left out: false: ' in text
    assert figures['conditions']['server'].startswith('PostgreSQL ')


class Tree:
    """A copy of what the page is made with; the copy's page is written."""

    def __init__(self, sources, folder):
        root, self.root = Path(sources).parent, Path(folder) / 'tree'
        shutil.copytree(root / 'tests/checks', self.root / 'tests/checks')
        (self.root / 'bench').mkdir()
        shutil.copy(root / 'bench/page.py', self.root / 'bench')
        (self.root / 'docs').mkdir()
        self.page = self.root / 'docs/performance.md'
        shutil.copy(root / 'docs/performance.md', self.page)

    def file(self, name, figures, **conditions):
        path = self.root / name
        path.write_text(json.dumps({**figures, 'conditions': {**figures['conditions'], **conditions}}))
        return str(path)

    def run(self, script, *arguments):
        return subprocess.run([sys.executable, str(self.root / script), *arguments], capture_output=True, text=True,
                              timeout=60, check=False)


def judge_page(ran, sources, folder):
    tree = Tree(sources, folder)
    before = tree.page.read_text()
    sqlite, memory = (ran[suite][0] for suite in ('sqlite', 'memory'))
    refused = tree.run('bench/page.py', tree.file('a', sqlite, commit='abc123'), tree.file('b', memory, commit='def456'))
    assert refused.returncode != 0 and 'different commits' in refused.stderr, refused
    refused = tree.run('bench/page.py', tree.file('a', sqlite, rounds='3'), tree.file('b', sqlite, rounds='5'))
    assert refused.returncode != 0 and 'different conditions, rounds' in refused.stderr, refused
    refused = tree.run('bench/page.py', tree.file('a', sqlite, commit='unknown'))
    assert refused.returncode != 0 and tree.page.read_text() == before, refused

    results = [tree.file(suite, figures) for suite, (figures, _) in ran.items()]
    made = tree.run('bench/page.py', *results)
    page = tree.page.read_text()
    assert made.returncode == 0, made
    assert page.count('- commit: abc123\n') == len(results) and 'p99: ' in page and '(SQLite 3.99.0)' in page
    asked = [line for line in made.stdout.splitlines() if 'nothing says why' in line]
    assert asked, 'one round decides nothing, and no row is asked for'
    checked = tree.run('tests/checks/bars.py')
    assert checked.returncode == 1 and set(asked) <= set(checked.stdout.splitlines()), checked

    rows = ''.join(line.split('add: ')[1].replace('| .. |', '| one round |') + '\n' for line in asked)
    kept = [line for line in page.splitlines(keepends=True) if not is_stale(line, made.stdout)]
    page = ''.join(line + (rows if line == '|---|---|---|\n' else '') for line in kept)
    tree.page.write_text(page)
    checked = tree.run('tests/checks/bars.py')
    assert checked.returncode == 0, checked.stdout
    tree.page.write_text(page.replace(', undecided | one round |', ', held | one round |', 1))
    assert "the row says" in tree.run('tests/checks/bars.py').stdout


def is_stale(line, told):
    return line.startswith('| ') and any(
        f': {line.split(" | ")[0][2:]}: has a row, but' in problem for problem in told.splitlines())


def tested(name, test):
    try:
        test()
        print(f'pass {name}')
        return True
    except Skipped as reason:
        print(f'skip {name}: {reason}')
        return True
    except Exception as problem:  # pylint: disable=broad-except
        print(f'fail {name}: {problem!r}')
        return False


def main():
    program, sources = (str(Path(argument).resolve()) for argument in sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        ran = {}

        def run(suite):
            ran[suite] = run_suite(program, suite, sources, folder)
            judge(suite, *ran[suite])

        good = [tested('every case of the sqlite suite runs and is judged', lambda: run('sqlite')),
                tested('every case of the memory suite runs and is judged', lambda: run('memory')),
                tested('every case of the postgres suite runs and is judged',
                       lambda: (run('postgres'), judge_postgres(*ran['postgres']))),
                tested('peers run beside, and those that cannot are named', lambda: judge_peers(*ran['sqlite'])),
                tested('a peer with another SQLite is named with its version', lambda: judge_versions(*ran['sqlite'])),
                tested('parts of one run have no rate of their own', lambda: judge_parts(ran['sqlite'][0])),
                tested('the page is made of one commit, and each bar that is not held asks for a reason',
                       lambda: judge_page(ran, sources, folder))]
    sys.exit(0 if all(good) else 1)


main()

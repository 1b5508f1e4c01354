#!/usr/bin/env python3
"""Runs the suites of one build directory and sums up what several such runs found.

    run.py run BUILD --variant NAME --results FILE [--kind catch|script|all] [--tag TAG] [--only NAMES]
    run.py summary RESULTS

A Catch2 suite is one executable; its last console line is counted. A script suite prints one line per
test: 'pass NAME', 'fail NAME: reason' or 'skip NAME: reason'. A suite that runs no test has failed,
except that --tag passes over the suites without such tests.
"""
import argparse
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

SANITIZERS = {
    'ASAN_OPTIONS': 'detect_leaks=1:strict_string_checks=1',
    'UBSAN_OPTIONS': 'halt_on_error=1:print_stacktrace=1',
    'MALLOC_PERTURB_': '165',  # of glibc: what is freed is overwritten, in builds without a sanitizer too
    'TSAN_OPTIONS': f'second_deadlock_stack=1:history_size=7:suppressions={Path(__file__).parent / "tsan.supp"}',
}


@dataclass
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    note: str = ''
    reasons: tuple = ()  # of what was skipped

    @property
    def total(self):
        return self.passed + self.failed + self.skipped


def count_catch(text):
    """The counts of a console report of Catch2 2.13 or 3.x; None if it never came to its summary."""
    if re.search(r'^(No tests ran|No test cases matched)', text, re.M):
        return Counts()
    skips = len(re.findall(r'^\[skipped\] ', text, re.M))
    everything = re.findall(r'^All tests passed \(.* in (\d+) test cases?\)', text, re.M)
    if everything:
        return Counts(passed=int(everything[-1]) - skips, skipped=skips)
    rows = re.findall(r'^test cases:\s*(\d+)(.*)$', text, re.M)
    if not rows:
        return None
    total, cells = int(rows[-1][0]), rows[-1][1]
    failed = sum(int(n) for n in re.findall(r'(\d+) failed(?! as expected)', cells))
    skips += sum(int(n) for n in re.findall(r'(\d+) skipped', cells))
    return Counts(passed=total - failed - skips, failed=failed, skipped=skips)


def count_script(text):
    words = [line.split(' ', 1)[0] for line in text.splitlines()]
    return Counts(words.count('pass'), words.count('fail'), words.count('skip'))


def execute(command, environment, seconds):
    """Runs a command in a process group of its own; returns its exit code (None: too slow) and its text."""
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, start_new_session=True)
    try:
        output, _ = process.communicate(timeout=seconds)
        return process.returncode, output.decode(errors='replace')
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        return None, output.decode(errors='replace')


def judge(kind, code, text):
    counts = count_catch(text) if kind == 'catch' else count_script(text)
    if counts is None:
        counts = Counts(note='ended before its summary')
    counts.reasons = tuple(sorted(set(re.findall(r'^(?:\[skipped\]|skip) (.+)$', text, re.M))))
    if code is None:
        counts.note = 'stopped: over its time'
    elif code < 0:
        counts.note = f'killed by {signal.Signals(-code).name}'
    elif code != 0 and counts.failed == 0 and counts.total > 0:
        counts.note = f'exit code {code}'
    if counts.note:
        counts.failed += 1
    return counts


def suites_of(build, arguments):
    listed = json.loads(subprocess.run(['meson', 'introspect', '--tests', str(build)], check=True,
                                       capture_output=True).stdout)
    wanted = arguments.only.split(',') if arguments.only else None
    for entry in listed:
        kind = entry['suite'][0].split(':')[-1]
        if arguments.kind not in ('all', kind) or (wanted and entry['name'] not in wanted):
            continue
        if kind == 'script' and arguments.tag:
            continue
        yield entry['name'], kind, entry['cmd'], entry['timeout']


def run_suite(name, kind, command, seconds, build, arguments):
    if kind == 'catch' and arguments.tag:
        command = command + [f'[{arguments.tag}]']
    started = time.monotonic()
    code, text = execute(command, {**SANITIZERS, **os.environ}, seconds * arguments.patience)
    elapsed = time.monotonic() - started
    log = build / 'logs' / f'{name}.log'
    log.parent.mkdir(exist_ok=True)
    log.write_text(text)
    counts = judge(kind, code, text)
    if counts.total == 0 and not arguments.tag:
        counts.failed, counts.note = 1, 'no test ran'
    if counts.failed:
        print('\n'.join(text.splitlines()[-400:]))
        print(f'--- {name} ({arguments.variant}): {counts.note or "failed"}; whole output in {log}')
    return counts, elapsed


def command_run(arguments):
    build = Path(arguments.build)
    failed = False
    for name, kind, command, seconds in suites_of(build, arguments):
        counts, elapsed = run_suite(name, kind, command, seconds, build, arguments)
        if counts.total == 0:
            continue
        failed = failed or counts.failed > 0
        fields = [name, arguments.variant, counts.passed, counts.failed, counts.skipped, f'{elapsed:.1f}']
        with open(arguments.results, 'a') as results:
            results.write('\t'.join(map(str, fields)) + '\n')
        print(f'{arguments.variant:9} {name:18} {counts.passed} passed, {counts.failed} failed, '
              f'{counts.skipped} skipped, {elapsed:.1f} s', flush=True)
        for reason in counts.reasons:
            print(f'{arguments.variant:9} {name:18} skipped: {reason}', flush=True)
    return 1 if failed else 0


def command_summary(arguments):
    path = Path(arguments.results)
    rows = [line.split('\t') for line in path.read_text().splitlines()] if path.exists() else []
    form = '{:20} {:10} {:>6} {:>7} {:>7} {:>8} {:>8}'
    print()
    print(form.format('suite', 'variant', 'tests', 'passed', 'failed', 'skipped', 'seconds'))
    totals = [0, 0, 0]
    for suite, variant, passed, failed, skipped, seconds in rows:
        numbers = [int(passed), int(failed), int(skipped)]
        totals = [a + b for a, b in zip(totals, numbers)]
        print(form.format(suite, variant, sum(numbers), *numbers, seconds))
    if not rows:
        print('no test ran')
    print()
    print(f'{totals[0]} passed, {totals[1]} failed, {totals[2]} skipped')
    return 1 if totals[1] or not rows else 0


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True)
    run = commands.add_parser('run')
    run.add_argument('build')
    run.add_argument('--variant', required=True)
    run.add_argument('--results', required=True)
    run.add_argument('--kind', default='all', choices=['all', 'catch', 'script'])
    run.add_argument('--tag')
    run.add_argument('--only')
    run.add_argument('--patience', type=float, default=1.0, help='factor on the time limits')
    run.set_defaults(command=command_run)
    summary = commands.add_parser('summary')
    summary.add_argument('results')
    summary.set_defaults(command=command_summary)
    arguments = parser.parse_args()
    sys.exit(arguments.command(arguments))


if __name__ == '__main__':
    main()

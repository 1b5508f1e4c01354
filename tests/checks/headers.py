#!/usr/bin/env python3
"""Every public header compiles alone, without a warning.

    headers.py [--changed] [--seconds N] COMPILER...

--changed takes those that differ from the last commit; --seconds ends early and says how far it came.
"""
import argparse
import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from common import ROOT, files, finish

FLAGS = ['-std=c++20', '-Wall', '-Wextra', '-Wpedantic', '-Wshadow', '-Wconversion', '-Werror']
OBJECTS = ROOT / 'build' / 'headers'  # real objects of real files: a compiler cache takes no others


def changed(headers):
    """Those of the headers that git sees as changed or new; all of them where there is no commit to compare."""
    git = ['git', '-C', str(ROOT)]
    try:
        differing = subprocess.run([*git, 'diff', '--name-only', 'HEAD'], check=True, capture_output=True, text=True)
        new = subprocess.run([*git, 'ls-files', '--others', '--exclude-standard'], check=True, capture_output=True,
                             text=True)
    except (OSError, subprocess.CalledProcessError):
        return headers
    names = {*differing.stdout.splitlines(), *new.stdout.splitlines()}
    return [header for header in headers if str(header) in names]


def problem_of(compiler, header, deadline):
    if time.monotonic() > deadline:
        return None
    inside = str(header.relative_to('include'))
    source = OBJECTS / (inside.replace('/', '_') + '.cpp')
    source.write_text(f'#include <{inside}>\n')
    command = [*compiler, *FLAGS, '-I', 'include', '-c', str(source), '-o', str(source.with_suffix('.o'))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return f'{header} does not compile alone:\n{done.stderr}' if done.returncode else ''


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--changed', action='store_true')
    parser.add_argument('--seconds', type=float, default=1e9)
    parser.add_argument('compiler', nargs='+')
    arguments = parser.parse_args()
    headers = files('include/hawser/**/*.hpp')
    if arguments.changed:
        headers = changed(headers)
    OBJECTS.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + arguments.seconds
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda header: problem_of(arguments.compiler, header, deadline), headers))
    left = results.count(None)
    if left:
        print(f'note: {left} of {len(results)} headers were left out for time')
    finish([result for result in results if result])


main()

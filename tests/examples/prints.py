#!/usr/bin/env python3
"""Every example of one file prints what stands at its end: the lines '//   ..' behind '// prints:'.

usage: prints.py SOURCE PROGRAM [SOURCE PROGRAM]...; each runs in an empty folder of its own.
"""
import difflib
import subprocess
import sys
import tempfile
from pathlib import Path

SECONDS = 60
MARK = '// prints:'


def promised(source):
    """The promised lines, or None where the file promises nothing."""
    lines = Path(source).read_text().splitlines()
    if MARK not in lines:
        return None
    return [line.removeprefix('//   ') for line in lines[lines.index(MARK) + 1:]]


def problem_of(source, program):
    wanted = promised(source)
    if not wanted:
        return f"has no lines behind '{MARK}' at its end"
    with tempfile.TemporaryDirectory() as folder:
        try:
            ended = subprocess.run([Path(program).resolve()], cwd=folder, capture_output=True, text=True,
                                   timeout=SECONDS)
        except subprocess.TimeoutExpired:
            return f'does not end within {SECONDS} s'
    if ended.returncode != 0:
        return f'ends with {ended.returncode}: {ended.stderr.strip()}'
    if ended.stdout.splitlines() != wanted:
        return '\n'.join(difflib.unified_diff(wanted, ended.stdout.splitlines(), 'promised', 'printed', lineterm=''))
    return None


def main():
    given = sys.argv[1:]
    failed = not given or len(given) % 2 != 0
    for source, program in zip(given[::2], given[1::2]):
        problem = problem_of(source, program)
        name = Path(source).stem
        print(f'fail {name}: {problem}' if problem else f'pass {name}')
        failed = failed or problem is not None
    sys.exit(1 if failed else 0)


main()

#!/usr/bin/env python3
"""clang-tidy finds nothing in lib.

    tidy.py CLANG_TIDY BUILD [--seconds N]

Files whose last clean pass is newer than the file, the headers and the configuration are left out.
When the time is over, the files that are left are named as a note.
"""
import argparse
import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from common import ROOT, files, finish


def newest_header():
    return max((path.stat().st_mtime for path in map(ROOT.joinpath, files('include/**/*.hpp', 'lib/**/*.hpp'))), default=0)


def stamp_of(build, path):
    return build / 'tidy' / str(path).replace('/', '!')


def is_clean(build, path, newest):
    stamp = stamp_of(build, path)
    return stamp.exists() and stamp.stat().st_mtime > max(newest, (ROOT / path).stat().st_mtime)


def problem_of(tool, build, path, deadline):
    left = deadline - time.monotonic()
    if left <= 0:
        return None
    try:
        done = subprocess.run([tool, '-p', str(build), '--quiet', str(ROOT / path)], cwd=ROOT, capture_output=True,
                              text=True, timeout=left)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode == 0:
        stamp_of(build, path).touch()
        return ''
    return done.stdout.strip() or done.stderr.strip()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('tool')
    parser.add_argument('build')
    parser.add_argument('--seconds', type=float, default=600)
    arguments = parser.parse_args()
    build = Path(arguments.build).resolve()
    (build / 'tidy').mkdir(exist_ok=True)
    newest = max(newest_header(), (ROOT / '.clang-tidy').stat().st_mtime)
    sources = [path for path in files('lib/**/*.cpp') if not is_clean(build, path, newest)]
    deadline = time.monotonic() + arguments.seconds
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda path: problem_of(arguments.tool, build, path, deadline), sources))
    if None in results:
        print(f'note: {results.count(None)} of {len(results)} files were left out for time')
    finish([result for result in results if result])


main()

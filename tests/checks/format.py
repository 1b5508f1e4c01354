#!/usr/bin/env python3
"""The C++ files are as clang-format writes them.

    format.py CLANG_FORMAT [--fix]
"""
import subprocess
import sys
from collections import Counter

from common import ROOT, files, finish

FOLDERS = ['include', 'lib', 'tests', 'examples', 'bench']
sources = [str(path) for path in files(*(f'{folder}/**/*.{kind}' for folder in FOLDERS for kind in ('hpp', 'cpp')))]
mode = ['-i'] if '--fix' in sys.argv else ['--dry-run', '-Werror']
done = subprocess.run([sys.argv[1], *mode, *sources], cwd=ROOT, capture_output=True, text=True) if sources else None
places = Counter(line.split(':', 1)[0] for line in done.stderr.splitlines() if ': error: ' in line) if done else {}
problems = [f'{path}: {number} places' for path, number in sorted(places.items())]
finish(problems or (done.stderr.splitlines() if done and done.returncode else []))

#!/usr/bin/env python3
"""The tables that are made from PostgreSQL's files are what their scripts make of these; where the files are."""
import subprocess
import sys
from pathlib import Path

from common import ROOT, finish

SERVER = Path('/usr/share/postgresql/15')
SCRIPTS = {'lib/core/tables/sqlstates.py': 'errcodes.txt', 'lib/pgwire/tables/types.py': 'postgres.bki'}

problems, skipped = [], []
for script, source in SCRIPTS.items():
    if not (SERVER / source).exists():
        skipped.append(source)
        continue
    done = subprocess.run([sys.executable, ROOT / script, '--check', SERVER], capture_output=True, text=True)
    if done.returncode:
        problems.append(f'{script}: {done.stderr.strip().splitlines()[-1]}')
if skipped:
    print(f"note: not compared with {', '.join(skipped)} of PostgreSQL 15, not installed here")
finish(problems)

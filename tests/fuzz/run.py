#!/usr/bin/env python3
"""Runs fuzz targets a fixed number of times each, from the seeds in corpus/<name>.

    run.py [--runs N] [--seed S] PROGRAM...

One line per target: 'pass NAME' or 'fail NAME: reason'. What made it fail is printed as a seed is written.

The same program with the same seeds gets the same inputs, so what passes once passes again. Another --seed gives
others: that is how to look for what nobody has found yet.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

CORPUS = Path(__file__).resolve().parent / 'corpus'
# Without -reload=0 inputs depend on what is on the disk whenever a second has passed.
OPTIONS = ['-reload=0', '-max_len=2048', '-len_control=20', '-timeout=10', '-rss_limit_mb=1024', '-verbosity=0']
# Of targets that do more with an input: one run in so many.
SLOWER = {'pipeline': 5}


def bytes_of(notation):
    """The bytes of a seed: text as it stands, hex digits in brackets."""
    content = bytearray()
    for text, hexadecimal in re.findall(r'([^\[\]]+)|\[([0-9a-f ]*)\]', notation.replace('\n', '')):
        content += bytes.fromhex(hexadecimal) if not text else text.encode()
    return bytes(content)


def notation_of(content):
    shown = ''.join(chr(b) if 32 <= b < 127 and b not in b'[]' else f'[{b:02x}]' for b in content)
    return shown.replace('][', '')


def plant(name, folder):
    """Writes the seeds of a target into a folder; their paths, in one order on every machine."""
    paths = []
    for seed in sorted((CORPUS / name).glob('*.txt')):
        paths.append(folder / seed.stem)
        paths[-1].write_bytes(bytes_of(seed.read_text()))
    return paths


def at_fixed_addresses():
    """The fuzzer makes inputs of the operands of comparisons, and pointers are compared too."""
    command = ['setarch', '-R']
    able = shutil.which('setarch') and subprocess.run([*command, 'true'], stderr=subprocess.DEVNULL).returncode == 0
    return command if able else []


def run(program, runs, seed, before):
    name = Path(program).name.removeprefix('fuzz_')
    runs //= SLOWER.get(name, 1)
    with tempfile.TemporaryDirectory() as temporary:
        seeds, found, failed = (Path(temporary) / part for part in ('seeds', 'found', 'failed'))
        for folder in (seeds, found, failed):
            folder.mkdir()
        planted = plant(name, seeds)
        if not planted:
            return f'fail {name}: no seed in corpus/{name}'
        options = [*OPTIONS, f'-seed={seed}', f'-runs={runs}', f'-artifact_prefix={failed}/']
        given = f'-seed_inputs={",".join(map(str, planted))}'
        done = subprocess.run([*before, program, *options, given, found],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode == 0:
            return f'pass {name}'
        inputs = [notation_of(path.read_bytes()) for path in failed.iterdir()]
        said = done.stdout.decode(errors='replace')
        return '\n'.join([said, *(f'input: {text}' for text in inputs), f'fail {name}: exit code {done.returncode}'])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--runs', type=int, default=200000)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('programs', nargs='+')
    arguments = parser.parse_args()
    before = at_fixed_addresses()
    if not before:
        print('note: addresses are not fixed here, so the inputs differ from run to run')
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        lines = list(pool.map(lambda program: run(program, arguments.runs, arguments.seed, before), arguments.programs))
    print('\n'.join(lines))
    sys.exit(any(not line.startswith('pass ') for line in lines))


main()

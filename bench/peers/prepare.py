#!/usr/bin/env python3
"""Builds the peers of a suite whose tools are here into a folder, and writes SUITE.json there.

    prepare.py FOLDER sqlite|postgres

SUITE.json: {"soci": {"command": [..], "library": "SOCI 4.0.3"}, "sqlx": {"skipped": "cargo is not installed"}, ..}
"""
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


class Missing(Exception):
    """Why a peer is left out."""


def run(command, seconds=900, **options):
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, **options)
    if done.returncode != 0:
        lines = (done.stderr + done.stdout).strip().splitlines() or ['no reason given']
        errors = [line for line in lines if 'error' in line.lower()]
        raise Missing(f'{Path(command[0]).name} failed: {(errors or lines)[0].strip()}')
    return done.stdout


def need(program):
    found = shutil.which(program)
    if not found:
        raise Missing(f'{program} is not installed')
    return found


def say(text):
    print(f'peers: {text}', file=sys.stderr, flush=True)


def older(made, *sources):
    return not made.exists() or made.stat().st_mtime < max(source.stat().st_mtime for source in sources)


def locked_version(lock, name):
    return re.search(rf'name = "{name}"\nversion = "([^"]+)"', lock.read_text())[1]


def soci(folder):
    compiler, program = need('g++'), folder / 'soci'
    headers = '#include <soci/soci.h>\n#include <soci/sqlite3/soci-sqlite3.h>\n#include <soci/version.h>\nSOCI_LIB_VERSION'
    try:
        version = run([compiler, '-std=c++17', '-E', '-P', '-x', 'c++', '-'], input=headers).split('"')[-2]
    except Missing:
        raise Missing('libsoci-dev is not installed') from None
    if older(program, HERE / 'soci.cpp'):
        say('building soci')
        run([compiler, '-std=c++20', '-O2', '-DNDEBUG', '-w', str(HERE / 'soci.cpp'), '-o', str(program),
             '-lsoci_sqlite3', '-lsoci_core'])
    return {'command': [str(program)], 'library': f'SOCI {version.replace("_", ".")}'}


def rust(folder, name):
    cargo, crate = need('cargo'), HERE / name
    need('pkg-config')
    program = folder / name / 'release' / f'hawser-peer-{name}'
    if older(program, *crate.glob('Cargo.*'), crate / 'src/main.rs', HERE / 'common.rs'):
        say(f'building {name}')
        run([cargo, 'build', '--release', '--locked', '--quiet', '--manifest-path', str(crate / 'Cargo.toml'),
             '--target-dir', str(folder / name)], seconds=1800)
        program.touch()
    return {'command': [str(program)], 'library': f'{name} {locked_version(crate / "Cargo.lock", name)}'}


def node(folder):
    node_program, npm = need('node'), need('npm')
    place, source = folder / 'better-sqlite3', HERE / 'better-sqlite3'
    place.mkdir(exist_ok=True)
    for name in ('package.json', 'package-lock.json', 'peer.js'):
        if older(place / name, source / name):
            shutil.copyfile(source / name, place / name)
    addon = place / 'node_modules/better-sqlite3/build/Release/better_sqlite3.node'
    if older(addon, place / 'package-lock.json'):
        say('building better-sqlite3')
        run([npm, 'ci', '--silent', '--no-audit', '--no-fund'], cwd=place, seconds=1800)
        addon.touch()
    version = json.loads((place / 'package-lock.json').read_text())['packages']['node_modules/better-sqlite3']['version']
    runtime = run([node_program, '--version']).strip()
    return {'command': [node_program, str(place / 'peer.js')], 'library': f'better-sqlite3 {version}, node {runtime}'}


def python(_):
    program = need('python3')
    version = run([program, '--version']).strip()
    return {'command': [program, str(HERE / 'python.py')], 'library': f'{version} sqlite3'}


def libpq(folder):
    compiler, program, source = need('g++'), folder / 'libpq', HERE / 'postgres/libpq.cpp'
    need('pkg-config')
    try:
        version = run(['pkg-config', '--modversion', 'libpq']).strip()
        flags = run(['pkg-config', '--cflags', '--libs', 'libpq']).split()
    except Missing:
        raise Missing('libpq-dev is not installed') from None
    if older(program, source):
        say('building libpq')
        run([compiler, '-std=c++20', '-O2', '-DNDEBUG', str(source), '-o', str(program), *flags])
    return {'command': [str(program)], 'library': f'libpq {version}'}


def asyncpg(folder):
    place, wanted = folder / 'asyncpg', HERE / 'postgres/requirements.txt'
    program = place / 'bin/python'
    if older(place / 'made', wanted):
        say('installing asyncpg')
        shutil.rmtree(place, ignore_errors=True)
        run([need('python3'), '-m', 'venv', str(place)])
        run([str(program), '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary', ':all:',
             '--requirement', str(wanted)])
        (place / 'made').touch()
    versions = ', '.join(line.replace('==', ' ') for line in wanted.read_text().split())
    return {'command': [str(program), str(HERE / 'postgres/asyncpg_peer.py')],
            'library': f'{versions}, {run([str(program), "--version"]).strip()}'}


PEERS = {
    'sqlite': {'soci': soci, 'rusqlite': lambda folder: rust(folder, 'rusqlite'), 'better-sqlite3': node,
               'python': python, 'sqlx': lambda folder: rust(folder, 'sqlx')},
    'postgres': {'libpq': libpq, 'asyncpg': asyncpg},
}


def main():
    folder, suite = Path(sys.argv[1]).resolve(), sys.argv[2]
    folder.mkdir(parents=True, exist_ok=True)
    found = {}
    for name, prepare in PEERS[suite].items():
        try:
            found[name] = prepare(folder)
        except (Missing, OSError, subprocess.TimeoutExpired) as reason:
            found[name] = {'skipped': str(reason)}
            say(f'{name} is left out: {reason}')
    (folder / f'{suite}.json').write_text(json.dumps(found, indent=1) + '\n')


main()

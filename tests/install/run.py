#!/usr/bin/env python3
"""Installs the build into an empty folder and builds, links and runs main.cpp against it with pkg-config.

    run.py BUILD -- COMPILER...
"""
import os
import subprocess
import sys
import tempfile
from pathlib import Path


def run(command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=300, **options).stdout


def install(build, destination):
    run(['meson', 'install', '--no-rebuild', '--quiet', '-C', build, '--destdir', destination])
    found = list(Path(destination).rglob('hawser.pc'))
    if len(found) != 1:
        raise RuntimeError(f'{len(found)} files hawser.pc are installed')
    return found[0].parent


def build_outside(compiler, package, folder):
    environment = {**os.environ, 'PKG_CONFIG_PATH': str(package)}
    flags = run(['pkg-config', '--cflags', '--libs', 'hawser'], env=environment).split()
    source = Path(__file__).with_name('main.cpp')
    program = Path(folder) / 'program'
    run([*compiler, '-std=c++20', '-Wall', '-Wextra', '-Werror', str(source), '-o', str(program), *flags])
    run([str(program)], cwd=folder, env={**os.environ, 'LD_LIBRARY_PATH': str(package.parent)})


def main():
    build, compiler = sys.argv[1], sys.argv[3:]
    name = 'a program outside the tree builds against the installed package'
    with tempfile.TemporaryDirectory() as destination, tempfile.TemporaryDirectory() as folder:
        try:
            build_outside(compiler, install(build, destination), folder)
        except (subprocess.SubprocessError, RuntimeError) as problem:
            print(f'fail {name}: {problem}')
            print(getattr(problem, 'stderr', ''))
            sys.exit(1)
    print(f'pass {name}')


main()

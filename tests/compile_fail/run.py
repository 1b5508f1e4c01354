#!/usr/bin/env python3
"""Compiles each file twice: it must pass, and with -DMUST_FAIL it must fail with the text of its first line.

    run.py SOURCE_ROOT FILE... -- COMPILER...

The first line of a file is '// expect: text'; the text must stand in the first of the compiler's errors.
"""
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

FLAGS = ['-std=c++20', '-fsyntax-only']


def precompile(compiler, root, folder):
    """The front door, which most files include first, where the compiler looks for it before all other folders."""
    made = Path(folder, 'hawser', 'hawser.hpp.gch')
    made.parent.mkdir()
    subprocess.run([*compiler, '-std=c++20', '-w', f'-I{root}/include', '-x', 'c++-header',
                    f'{root}/include/hawser/hawser.hpp', '-o', made], check=True, timeout=300)


def compile_file(compiler, root, path, *more):
    command = [*compiler, *FLAGS, f'-I{PRECOMPILED}', f'-I{root}/include', f'-I{root}/tests', *more, path]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def verdict(compiler, root, path):
    name = Path(path).stem
    first = Path(path).read_text().split('\n', 1)[0]
    if not first.startswith('// expect: '):
        return f'fail {name}: the first line is not "// expect: text"'
    expected = first.removeprefix('// expect: ').strip()
    good = compile_file(compiler, root, path)
    if good.returncode != 0:
        return f'fail {name}: does not compile without MUST_FAIL\n{good.stderr}'
    bad = compile_file(compiler, root, path, '-DMUST_FAIL')
    if bad.returncode == 0:
        return f'fail {name}: compiles with MUST_FAIL'
    errors = [line for line in bad.stderr.splitlines() if ' error: ' in line]
    if not errors or expected not in errors[0]:
        return f'fail {name}: the first error does not hold "{expected}"\n{bad.stderr}'
    return f'pass {name}'


def main():
    separator = sys.argv.index('--')
    root, files, compiler = sys.argv[1], sys.argv[2:separator], sys.argv[separator + 1:]
    compiler = [part for part in compiler if Path(part).name != 'ccache']
    precompile(compiler, root, PRECOMPILED)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        verdicts = list(pool.map(lambda path: verdict(compiler, root, path), files))
    print('\n'.join(verdicts))
    sys.exit(any(line.startswith('fail') for line in verdicts))


with tempfile.TemporaryDirectory() as PRECOMPILED:
    main()

#!/usr/bin/env python3
"""Files on disk are the files listed in the meson.build files; --fix makes the lists so."""
import re
import sys

from common import ROOT, files, finish, text

# which list of which meson.build a file belongs to; \1 is the part or folder
HOMES = [
    ('include', r'hawser/[^/]+\.hpp', 'umbrella_headers'),
    ('include', r'hawser/([^/]+)/.+\.hpp', r'\1_headers'),
    ('lib', r'(?!pch/)([^/]+)/.+\.cpp', r'\1_sources'),
    ('tests', r'support/(?!main\.cpp).+\.cpp', 'support_sources'),
    ('tests', r'unit/([^/]+)/.+\.cpp', r'unit_\1'),
    ('tests', r'contract/.+\.cpp', 'contract'),
    ('tests', r'guides/[^/]+\.cpp', 'guide_programs'),
    ('tests', r'kill/[^/]+\.cpp', 'kill_programs'),
    ('tests', r'kill/[^/]+\.py', 'kill_tests'),
    ('tests', r'examples/[^/]+\.cpp', 'example_servers'),
    ('tests', r'compile_fail/[^/]+\.cpp', 'compile_fail'),
    ('tests', r'fuzz/[^/]+\.cpp', 'fuzz_targets'),
    ('tests', r'checks/[^/]+\.py', 'check_scripts'),
    ('examples', r'[^/]+\.cpp', 'example_programs'),
    ('examples', r'([^/]+)/.+\.cpp', r'\1_sources'),
    ('bench', r'(?:peers|compiled)/.+\.cpp', 'programs'), # compiled by others
    ('bench', r'probe/.+\.cpp', 'probe_sources'),
    ('bench', r'main\.cpp', 'main_sources'),
    ('bench', r'programs\.cpp', 'placed_sources'),
    ('bench', r'.+\.cpp', 'bench_sources'),
]
LIST = re.compile(r"^(\w+) = files\(\n((?:    '[^'\n]+',\n)*)\)\n", re.M)


def on_disk(folder):
    """The lists of a folder as its files ask for: name -> sorted paths."""
    lists = {}
    for path in files(f'{folder}/**/*.*pp', f'{folder}/**/*.py'):
        relative = path.relative_to(folder).as_posix()
        for home, pattern, name in HOMES:
            match = re.fullmatch(pattern, relative) if home == folder else None
            if match:
                lists.setdefault(match.expand(name), []).append(relative)
                break
    return lists


def listed(build):
    return {name: re.findall(r"'([^']+)'", body) for name, body in LIST.findall(build)}


def problems_of(folder):
    asked, given = on_disk(folder), listed(text(f'{folder}/meson.build'))
    for name in sorted({*asked, *given}):
        if name not in given:
            yield f"{folder}/meson.build: the list '{name} = files(' is missing"
        for path in sorted({*asked.get(name, [])} - {*given.get(name, [])}):
            yield f"{folder}/meson.build: {name} lacks '{path}'"
        for path in sorted({*given.get(name, [])} - {*asked.get(name, [])}):
            yield f"{folder}/meson.build: {name} has '{path}', which is not on disk"


def fix(folder):
    build, asked = text(f'{folder}/meson.build'), on_disk(folder)

    def renewed(match):
        lines = ''.join(f"    '{path}',\n" for path in asked.get(match[1], []))
        return f'{match[1]} = files(\n{lines})\n'

    fixed = LIST.sub(renewed, build)
    if fixed != build:
        (ROOT / folder / 'meson.build').write_text(fixed)


folders = ['include', 'lib', 'tests', 'examples', 'bench']
if '--fix' in sys.argv:
    for folder in folders:
        fix(folder)
finish([problem for folder in folders for problem in problems_of(folder)])

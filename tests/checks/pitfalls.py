#!/usr/bin/env python3
"""The table in docs/sqlite_pitfalls.md has every pitfall once, and every test that it names is among the tests.

The last cell of a row has names of tests in double quotes, or 'none' and the reason.
"""
import re

from common import files, finish, text

PAGE = 'docs/sqlite_pitfalls.md'
PITFALLS = 24
ROW = re.compile(r'^\| (\d+) \|(.*)\|$', re.M)
CATCH = re.compile(r'TEST_CASE\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)')
LITERAL = re.compile(r'''(?:"([^"\n]+)"|'([^'\n]+)')''')


def names_of_tests():
    for path in files('tests/unit/**/*.cpp', 'tests/contract/**/*.cpp'):
        for pieces in CATCH.findall(text(path)):
            yield re.sub(r'"\s*"', '', pieces.strip())[1:-1]
    for path in files('tests/kill/*.py'):
        for double, single in LITERAL.findall(text(path)):
            yield double or single


def problems():
    known = set(names_of_tests())
    rows = ROW.findall(text(PAGE))
    if [int(number) for number, _ in rows] != list(range(1, PITFALLS + 1)):
        yield f'{PAGE}: the rows are not numbered from 1 to {PITFALLS}'
    for number, row in rows:
        cells = [cell.strip() for cell in row.split(' | ')]
        named = re.findall(r'"([^"]+)"', cells[-1])
        if len(cells) != 3 or not all(cells):
            yield f'{PAGE}: row {number} has not the cells symptom, answer, proof'
        elif not named and not cells[-1].startswith('none: '):
            yield f"{PAGE}: row {number} names no test, nor why there is none ('none: ..')"
        for name in named:
            if name not in known:
                yield f'{PAGE}: row {number}: there is no test "{name}"'


finish(list(problems()))

#!/usr/bin/env python3
"""docs/performance.md says why of every bar that is missed or undecided, and of no other.

The tables of figures stand between '<!-- figures: SUITE -->' and '<!-- /figures -->', made by bench/page.py. The table
under '## Bars that are missed' is written by hand, but for what was seen, which page.py renews:

    | bar | seen | why |
    | CASE: CONTENDER, >= 0.65 | 0.51 +-0.02, missed by 22 % | .. |
"""
import re

from common import finish, text

PAGE = 'docs/performance.md'
FIGURES = re.compile(r'<!-- figures: \w+ -->\n(.*?)<!-- /figures -->', re.S)
SECTION = re.compile(r'^## Bars that are missed\n.*?(?=^## |\Z)', re.M | re.S)
HEAD = '| bar | seen | why |'


def cells_of(line):
    return [cell.strip() for cell in line.strip()[1:-1].split(' | ')]


def gap(seen, bar):
    value, limit = float(re.search(r'[0-9][0-9,.]*', seen)[0].replace(',', '')), float(bar.split()[1])
    return f'{abs(value - limit) / limit * 100:.0f} %'


def judged_rows(figures):
    """(bar, seen, verdict) of each row with a verdict in the tables of one suite."""
    case = contender = figure = unit = ''
    for line in figures.splitlines():
        if line.startswith('**'):
            case = line.strip('*')
        elif line.startswith('| contender |'):
            unit = cells_of(line)[1]
        elif line.startswith('| ') and not line.startswith('|---'):
            cells = [cell.strip() for cell in line[1:-1].split('|')]
            if cells[0]:
                contender, figure = cells[0], cells[1]
            ratio, bar, verdict = cells[-3:]
            if verdict:
                seen = ratio.split(' of ')[0] if ratio else f'{figure} {unit}'
                told = f'missed by {gap(seen, bar)}' if verdict == 'missed' else verdict
                yield f'{case}: {contender}, {bar}', f'{seen}, {told}', verdict


def judged(page):
    return [row for figures in FIGURES.findall(page) for row in judged_rows(figures)]


def to_be_told(page):
    """What was seen, by bar, of those that are not held."""
    return {bar: seen for bar, seen, verdict in judged(page) if verdict != 'held'}


def told(page):
    """(bar, seen, why) of the rows written by hand."""
    section = SECTION.search(page)
    lines = [line for line in section[0].splitlines() if line.startswith('|')] if section else []
    return [tuple(cells_of(line)) for line in lines if line != HEAD and not line.startswith('|---')]


def problems_of(page):
    if not SECTION.search(page):
        yield f"{PAGE} has no section '## Bars that are missed'"
    if not judged(page):
        yield f'{PAGE} has no figure that is judged'
    wanted, seen_rows = to_be_told(page), set()
    for row in told(page):
        if len(row) != 3 or not all(row):
            yield f'{PAGE}: the row of {row[0]} has not the cells bar, seen, why'
            continue
        bar, seen, _ = row
        if bar not in wanted:
            yield f'{PAGE}: {bar}: has a row, but is not among what is missed or undecided'
        elif seen != wanted[bar]:
            yield f"{PAGE}: {bar}: the row says '{seen}', the figures '{wanted[bar]}'"
        if bar in seen_rows:
            yield f'{PAGE}: {bar}: has two rows'
        seen_rows.add(bar)
    for bar, seen in wanted.items():
        if bar not in seen_rows:
            yield f'{PAGE}: nothing says why; add: | {bar} | {seen} | .. |'


if __name__ == '__main__':
    finish(list(problems_of(text(PAGE))))

#!/usr/bin/env python3
"""Puts the figures of './dev bench SUITE --json FILE' into docs/performance.md, between its markers.

    page.py FILE...

The figures of a suite are made anew as a whole; a second file of the same suite replaces the cases that it has. Files of
different commits are refused, and of one suite those that were made under different conditions. What was seen is renewed
in the table of bars that are missed; the rows that it lacks, or has too many, are printed.
"""
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / 'tests/checks'))
import bars  # noqa: E402  pylint: disable=wrong-import-position

PAGE = ROOT / 'docs/performance.md'
HEAD = '| contender | ops/s | CPU us/op | p50 us | p99 us | ratio | bar | |\n|---|---|---|---|---|---|---|---|\n'
HEAD_OF_FIGURES = '| contender | {unit} | ratio | bar | |\n|---|---|---|---|---|\n'
NAMED = {'cpu_us_per_op': 'CPU', 'p50_us': 'p50', 'p99_us': 'p99'}  # figures that a ratio says it is of
OF_A_RUN = ('date', 'load')  # conditions that differ from run to run


def number(value, digits=3):
    """So many digits that mean something, thousands apart."""
    if value is None:
        return ''
    if abs(value) >= 1000:
        return f'{round(value, digits - 1 - len(str(int(abs(value)))) + 1):,.0f}'
    return f'{value:.{digits}g}'


def ratio(case):
    if case['ratio'] is None:
        return ''
    if 'against' not in case:  # the figure itself
        return ''
    of = NAMED.get(case['of'])
    return (f'{of}: ' if of else '') + f'{case["ratio"]:.2f} +-{case["spread"] / 2:.2f} of {case["against"]}'


def bar(case):
    return f'{case["sense"]} {case["bar"]:g}' if case['bar'] is not None else ''


def row(case, before):
    same = before is not None and before['contender'] == case['contender']
    name = '' if same else case['contender']
    if 'unit' in case:
        figures = ['' if same else number(case.get('figure'), 4)]
    else:
        names = ['ops_per_s', 'cpu_us_per_op', 'p50_us', 'p99_us']
        figures = ['' if same else number(case[name_of]) for name_of in names]
    cells = [name, *figures, ratio(case), bar(case), case['verdict'] or '']
    return '| ' + ' | '.join(cells) + ' |\n'


def table(name, cases):
    unit = cases[0].get('unit')
    text = f'\n**{name}**\n\n' + (HEAD_OF_FIGURES.format(unit=unit) if unit else HEAD)
    for before, case in zip([None, *cases], cases):
        text += row(case, before)
    return text


def conditions_of(results):
    """Of one suite; exits where its files were made under different ones."""
    under = {}
    for result in results:
        for name, what in result['conditions'].items():
            known = under.setdefault(name, [])
            if what not in known:
                known.append(what)
    for name, all_of in under.items():
        if len(all_of) > 1 and name not in OF_A_RUN:
            sys.exit(f'{results[0]["suite"]}: files of different conditions, {name}: ' + '; '.join(all_of))
    return ''.join(f'- {name}: {"; ".join(all_of)}\n' for name, all_of in under.items())


def notes_of(results):
    notes = {}
    for result in results:
        for case, texts in result.get('notes', {}).items():
            for text in texts:
                notes.setdefault(text, []).append(case)
    return ''.join(f'- {text}{f" ({cases[0]})" if len(cases) == 1 else ""}\n' for text, cases in notes.items())


def figures_of(results):
    cases = {}
    for result in results:
        fresh = {}
        for case in result['cases']:
            fresh.setdefault(case['name'], []).append(case)
        cases.update(fresh)
    head = '\n' + conditions_of(results) + notes_of(results)
    return head + ''.join(table(name, of) for name, of in cases.items()) + '\n'


def marker(suite):
    return re.compile(rf'(<!-- figures: {suite} -->\n)(.*?)(<!-- /figures -->\n)', re.S)


def commit_of(suites):
    commits = {result.get('conditions', {}).get('commit', 'unknown') for of in suites.values() for result in of}
    if len(commits) > 1:
        sys.exit('files of different commits: ' + '; '.join(sorted(commits)))
    commit = commits.pop()
    if commit == 'unknown':
        sys.exit("no commit is told: figures for the page are made by './dev bench'")
    return commit


def renewed_rows(page):
    """What was seen, in the rows of the table of bars that are missed."""
    wanted = bars.to_be_told(page)

    def renewed(section):
        lines = section[0].splitlines(keepends=True)
        for at, line in enumerate(lines):
            cells = bars.cells_of(line) if line.startswith('|') else []
            if len(cells) == 3 and cells[0] in wanted:
                lines[at] = f'| {cells[0]} | {wanted[cells[0]]} | {cells[2]} |\n'
        return ''.join(lines)

    return bars.SECTION.sub(renewed, page)


def main():
    suites = {}
    for name in sys.argv[1:]:
        result = json.loads(Path(name).read_text())
        suites.setdefault(result['suite'], []).append(result)
    if not suites:
        sys.exit(__doc__)
    commit = commit_of(suites)
    page = PAGE.read_text()
    for suite, results in suites.items():
        if not marker(suite).search(page):
            sys.exit(f'{PAGE.name} has no place for the figures of {suite}')
        figures = figures_of(results)
        page = marker(suite).sub(lambda found, figures=figures: found[1] + figures + found[3], page)
    page = renewed_rows(page)
    PAGE.write_text(page)
    for suite in re.findall(r'<!-- figures: (\w+) -->', page):
        figures = marker(suite).search(page)[2]
        if not figures.strip():
            print(f'{suite} has no figures yet')
        elif f'\n- commit: {commit}\n' not in figures:
            print(f'the figures of {suite} are still those of another commit')
    for problem in bars.problems_of(page):
        print(problem)


main()

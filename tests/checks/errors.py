#!/usr/bin/env python3
"""The table in docs/errors.md has every kind of error with its id, its class and whether it is tried again."""
import re

from common import finish, text

PAGE = 'docs/errors.md'
ROW = re.compile(r'^\| (\w+) \| (DB_\w+) \| (\w+) \| (yes|no) \| \S.*\|$', re.M)


def classes():
    """The class that make_error() gives each kind, and the one that it gives all others."""
    found, kinds = {}, []
    body = re.search(r'^auto with_class_of\(.*?^}', text('lib/core/error.cpp'), re.M | re.S)[0]
    for kind, name in re.findall(r'case errc::(\w+):|of_class<(\w+)>', body):
        if kind:
            kinds.append(kind)
        else:
            found.update(dict.fromkeys(kinds or ['default'], name))
            kinds = []
    return found


def rows_of_code():
    code = text('lib/core/errc.cpp')
    again = re.search(r'^bool is_contention\(.*?^}', code, re.M | re.S)[0]
    class_of = classes()
    for kind, error_id in re.findall(r'entry\{"(\w+)", "(\w+)",', code):
        yield (kind, error_id, class_of.get(kind, class_of['default']),
               'yes' if f'errc::{kind} ' in again or f'errc::{kind};' in again else 'no')


def problems():
    given, wanted = ROW.findall(text(PAGE)), list(rows_of_code())
    enumerators = re.search(r'enum class errc \{(.*?)\}', text('include/hawser/core/errc.hpp'), re.S)[1]
    if re.findall(r'[a-z]\w*', enumerators) != [row[0] for row in wanted]:
        yield 'lib/core/errc.cpp: the entries differ from the enumerators in include/hawser/core/errc.hpp'
    for row in wanted:
        if row not in given:
            yield f"{PAGE}: the table lacks the row '| {' | '.join(row)} | .. |'"
    for row in given:
        if row not in wanted:
            yield f"{PAGE}: the row '| {' | '.join(row)} |' is not so in the code"
    if sorted(given) == sorted(wanted) and given != wanted:
        yield f'{PAGE}: the rows do not stand in the order of errc'
    if len(given) != len(set(given)):
        yield f'{PAGE}: a row stands twice'


finish(list(problems()))

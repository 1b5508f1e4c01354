#!/usr/bin/env python3
"""Each table in docs/configuration.md has every member of its struct with its default.

A heading '### `name`' followed by a table stands for the struct of that name in one of the headers below; those of an
engine's settings have its name before them.
The options of opening have one table of their own, made from the code: there every member of open_options and its
sections has its row, but for those that only code can set.
"""
import re

from common import finish, text

PAGE = 'docs/configuration.md'
HEADERS = ['include/hawser/db/options.hpp', 'include/hawser/sqlite/settings.hpp',
           'include/hawser/postgres/settings.hpp', 'include/hawser/observe/log_observer.hpp']
STRUCT = re.compile(r'^struct (\w+) \{\n(.*?)^};', re.M | re.S)
FUNCTION = re.compile(r'.*\(\*(\w+)\)\(.*?\)(?: noexcept)? = (.*)')
MEMBER = re.compile(r'(?P<type>.*?)(?P<name>\w+)(?: = (?P<value>.*)|\{(?P<braced>.*)\})?')
SECTIONS = {'open_options': '', 'sqlite_options': 'sqlite.', 'postgres_options': 'postgres.',
            'pool_options': 'pool.', 'retry_options': 'retry.'}
ONLY_IN_CODE = {'sqlite', 'postgres', 'pool', 'retry', 'observer', 'clock', 'uuids'}
UNITS = {'std::chrono::milliseconds': ' ms', 'std::chrono::microseconds': ' us'}


def plain(kind, value):
    """A default as the page writes it: '5000 ms', '64 MiB', 'full', 'none', 'defaults'."""
    shifted = re.fullmatch(r'(\d+)u << (\d+)', value)
    if shifted:
        return f'{int(shifted[1]) << int(shifted[2]) >> 20} MiB'
    if value == 'nullptr':
        return 'none'
    if value == '':
        return 'empty' if re.search('string|secret|vector|optional', kind) else 'defaults'
    return value.split('::')[-1].strip('"') + UNITS.get(kind, '')


def members(body):
    code = re.sub(r'//[^\n]*', '', body)
    for declaration in re.findall(r'[^;]+', code):
        declaration = ' '.join(declaration.split())
        if not declaration:
            continue
        function = FUNCTION.fullmatch(declaration)
        if function:
            yield function[1], plain('', function[2])
            continue
        member = MEMBER.fullmatch(declaration)
        yield member['name'], plain(member['type'].strip(), (member['value'] or member['braced'] or '').strip())


def structs():
    for header in HEADERS:
        engine = re.search(r'/(\w+)/settings', header)
        for name, body in STRUCT.findall(text(header)):
            yield (f'{engine[1]}::{name}' if engine else name), list(members(body))


def tables():
    for name, body in re.findall(r'^### `([\w:]+)`\n(.*?)(?=^##|\Z)', text(PAGE), re.M | re.S):
        yield name, re.findall(r'^\| `(\w+)` \| (.*?) \| \S.*\|$', body, re.M)


def problems():
    wanted, given = dict(structs()), dict(tables())
    rows = re.findall(r'^\| `([\w.]+)` \| `HAWSER_\w+` \|', text(PAGE), re.M)
    for name, section in SECTIONS.items():
        for member, _ in wanted.pop(name):
            if section + member not in rows and (section or member not in ONLY_IN_CODE):
                yield f'{PAGE}: the table of options lacks {section}{member}; lib/db/option_table.cpp makes it'
    for name in sorted({*wanted, *given}):
        if name not in given:
            yield f'{PAGE}: the struct {name} has no table'
        elif name not in wanted:
            yield f'{PAGE}: {name} is no struct of options'
        elif wanted[name] != given[name]:
            for row in [row for row in wanted[name] if row not in given[name]]:
                yield f"{PAGE}: {name} lacks the row '| `{row[0]}` | {row[1]} | .. |'"
            for row in [row for row in given[name] if row not in wanted[name]]:
                yield f"{PAGE}: {name}: the row '| `{row[0]}` | {row[1]} |' is not so in the header"
            if sorted(wanted[name]) == sorted(given[name]):
                yield f'{PAGE}: {name}: the rows do not stand in the order of the header'


finish(list(problems()))

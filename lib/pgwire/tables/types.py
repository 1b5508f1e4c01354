#!/usr/bin/env python3
"""Makes types.inc, the built-in types, from the server's own postgres.bki (pg_type and pg_range).

    types.py [--check] [FOLDER]     FOLDER: where the server keeps postgres.bki; /usr/share/postgresql/15

Left out are the row types of system tables: what they are made of stands in a database's catalog alone.
"""
import re
import sys
from pathlib import Path

TABLE = Path(__file__).with_name('types.inc')
TOKEN = re.compile(r"'((?:[^']|'')*)'|(\S+)")
KINDS = {'b': 'base', 'd': 'domain', 'e': 'enumerated', 'm': 'multirange', 'p': 'pseudo', 'r': 'range'}
ARRAY_IN = '750'


def rows_of(table, bki):
    """The rows that are there from the start: a dict each, by the names of the columns."""
    created, inserted = re.search(rf'^create {table} .*?\n \(\n(.*?) \)\n(.*?)^close {table}$', bki, re.M | re.S).groups()
    columns = re.findall(r'^ (\w+) = ', created, re.M)
    for line in re.findall(r'^insert \( (.*) \)$', inserted, re.M):
        values = [quoted or plain for quoted, plain in TOKEN.findall(line)]
        assert len(values) == len(columns), line
        yield dict(zip(columns, values))


def made(bki):
    types = {row['oid']: row for row in rows_of('pg_type', bki) if row['typtype'] != 'c'}
    ranges = {row['rngtypid']: row for row in rows_of('pg_range', bki)}
    range_of = {row['rngmultitypid']: row['rngtypid'] for row in ranges.values()}
    lines = ['// Made by types.py from the server\'s postgres.bki: number, name, kind, delimiter, part, array.']
    for oid in sorted(types, key=int):
        row = types[oid]
        kind, part = KINDS[row['typtype']], '0'
        if row['typinput'] == ARRAY_IN:
            kind, part = 'array', row['typelem']
            if part not in types:
                continue
        elif kind == 'range':
            part = ranges[oid]['rngsubtype']
        elif kind == 'multirange':
            part = range_of[oid]
        elif kind == 'domain':
            part = row['typbasetype']
        lines.append(f"{{{oid}, \"{row['typname']}\", type_kind::{kind}, '{row['typdelim']}', {part}, {row['typarray']}}},")
    return '\n'.join(lines) + '\n'


def main(arguments):
    folders = [a for a in arguments if a != '--check'] or ['/usr/share/postgresql/15']
    text = made((Path(folders[0]) / 'postgres.bki').read_text())
    if '--check' not in arguments:
        TABLE.write_text(text)
    elif TABLE.read_text() != text:
        sys.exit(f'{TABLE.name} is not what {Path(__file__).name} makes of the server\'s file')


if __name__ == '__main__':
    main(sys.argv[1:])

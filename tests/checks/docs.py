#!/usr/bin/env python3
"""Every C++ block in the docs is cut from compiled code; --fix cuts the blocks anew.

A block follows a line '<!-- cut: path/to/file.cpp#name -->'. The file holds the lines '// [name]' and
'// [/name]'; what stands between them, without its common indentation and other markers, is the block.
Without '#name' the whole file is the block. The file must be listed in a meson.build.
"""
import re
import sys
import textwrap

from common import ROOT, files, finish, text

FENCE = re.compile(r'^(?P<cut><!-- cut: (?P<path>[^\s#]+)(?:#(?P<name>\S+))? -->\n)?'
                   r'```(?:cpp|c\+\+|cxx)[^\n]*\n(?P<body>.*?)^```$', re.M | re.S)
MARKER = re.compile(r'^[ \t]*// \[/?[\w.-]+\][ \t]*\n', re.M)


def cut(path, name):
    """The text to stand in the block; a LookupError says why there is none."""
    if not (ROOT / path).is_file():
        raise LookupError(f'{path} does not exist')
    folder, _, rest = path.partition('/')
    if not (ROOT / folder / 'meson.build').is_file() or f"'{rest}'" not in text(f'{folder}/meson.build'):
        raise LookupError(f'{path} is in no meson.build')
    source = text(path)
    if name:
        found = re.search(rf'^[ \t]*// \[{re.escape(name)}\][ \t]*\n(.*?)^[ \t]*// \[/{re.escape(name)}\]', source,
                          re.M | re.S)
        if not found:
            raise LookupError(f'{path} has no part // [{name}]')
        source = found[1]
    return textwrap.dedent(MARKER.sub('', source)).strip('\n') + '\n'


def problems_of(page):
    content = text(page)
    for block in FENCE.finditer(content):
        where = f'{page}:{content.count(chr(10), 0, block.start()) + 1}'
        if not block['cut']:
            yield f'{where}: a C++ block without a line <!-- cut: file#name --> above it'
            continue
        try:
            if cut(block['path'], block['name']) != block['body']:
                yield f"{where}: differs from {block['path']}#{block['name'] or ''} ('./dev format' cuts it anew)"
        except LookupError as missing:
            yield f'{where}: {missing}'


def fix(page):
    def renewed(block):
        try:
            body = cut(block['path'], block['name']) if block['cut'] else block['body']
        except LookupError:
            body = block['body']
        return f"{block['cut'] or ''}```cpp\n{body}```"

    content = text(page)
    fixed = FENCE.sub(renewed, content)
    if fixed != content:
        (ROOT / page).write_text(fixed)


pages = files('*.md', 'docs/**/*.md')
if '--fix' in sys.argv:
    for page in pages:
        fix(page)
finish([problem for page in pages for problem in problems_of(page)])

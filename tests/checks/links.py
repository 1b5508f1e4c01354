#!/usr/bin/env python3
"""What the docs point to is there: relative links, files of the tree in backticks, and the functions named with them.

`lib/db/send.cpp` `send()` says that the file has a function of that name.
"""
import re

from common import ROOT, files, finish, text

FENCE = re.compile(r'^```.*?^```$', re.M | re.S)
LINK = re.compile(r'\]\(([^)\s#]+)(?:#[^)\s]*)?\)')
FILE = re.compile(r'`((?:include|lib|tests|examples|bench|docs|subprojects)/[\w./*-]*[\w*])`((?:\s`\w+\(\)`)*)')


def problems_of(page):
    content = FENCE.sub('', text(page))
    for link in LINK.findall(content):
        if '://' not in link and not (ROOT / page.parent / link).exists():
            yield f'{page}: the link {link} leads nowhere'
    for name, functions in FILE.findall(content):
        if not list(ROOT.glob(name)):
            yield f'{page}: {name} does not exist'
            continue
        for function in re.findall(r'`(\w+)\(\)`', functions):
            if not re.search(rf'\b{function}\(', text(name)):
                yield f'{page}: {name} has no {function}()'


finish([problem for page in files('*.md', 'docs/**/*.md') for problem in problems_of(page)])

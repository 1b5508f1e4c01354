#!/usr/bin/env python3
"""A part includes only itself and parts of a lower layer; foreign headers stay where they belong."""
import re

from common import files, finish, text

LAYERS = [
    ['core'],
    ['mapping', 'pgwire', 'policy', 'observe'],
    ['async'],
    ['engine'],
    ['sqlite', 'postgres'],
    ['db'],
    ['schema', 'health', 'cache', 'guard', 'backup'],
    ['trading', 'testing'],
    ['serve'],
    ['cli'],
]
LAYER = {part: number for number, parts in enumerate(LAYERS) for part in parts}

# what is included, where it may be included, and the rule in words
FOREIGN = [
    (r'sqlite3(ext)?\.h', r'lib/sqlite/', 'sqlite3.h only in lib/sqlite'),
    (r'openssl/|boost/asio/ssl', r'lib/async/|lib/pgwire/auth/', 'OpenSSL only in lib/async and lib/pgwire/auth'),
    (r'boost/beast', r'lib/serve/', 'Beast only in lib/serve'),
    (r'spdlog/|fmt/', r'(include/hawser|lib)/(observe|serve|cli)/', 'spdlog only behind the observe seam'),
]
IMPURE = r'boost/asio|thread$|mutex$|shared_mutex$|condition_variable$|future$|sys/socket|netinet/|unistd'


def includes(path):
    return re.findall(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', text(path), re.M)


def part_of(path):
    """The part a file belongs to; None for umbrella headers and the precompiled header."""
    parts = path.parts
    part = parts[2] if parts[0] == 'include' else parts[1]
    return None if part.endswith('.hpp') or part == 'pch' else part


def target_of(include):
    """The part an #include line names; None if it names none, '' for an umbrella header."""
    words = include.split('/')
    if words[0] == 'hawser':
        return words[1] if len(words) > 2 else ''
    return words[0] if len(words) > 1 and words[0] in LAYER else None


def problems_of(path):
    part = part_of(path)
    if part is None:
        return
    if part not in LAYER:
        yield f'{path}: no layer is given for the part {part}'
        return
    for include in includes(path):
        target = target_of(include)
        if target == '':
            yield f'{path}: {include}: a part includes no umbrella header'
        elif target is not None and target not in LAYER:
            yield f'{path}: {include}: unknown part'
        elif target not in (None, part) and LAYER[target] >= LAYER[part]:
            yield f'{path}: {include}: {part} (layer {LAYER[part]}) may not use {target} (layer {LAYER[target]})'
        if LAYER[part] < 2 and re.match(IMPURE, include):
            yield f'{path}: {include}: layers 0 and 1 are pure'
        for pattern, home, rule in FOREIGN:
            if re.match(pattern, include) and not re.match(home, str(path)):
                yield f'{path}: {include}: {rule}'
    if LAYER[part] < 2 and re.search(r'_clock::now\s*\(', text(path)):
        yield f'{path}: layers 0 and 1 read no clock'


finish([problem for path in files('include/**/*.hpp', 'lib/**/*.hpp', 'lib/**/*.cpp') for problem in problems_of(path)])

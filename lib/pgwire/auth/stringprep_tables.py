#!/usr/bin/env python3
"""Writes stringprep_tables.cpp: the tables of RFC 3454 that SASLprep (RFC 4013) names. They are of Unicode 3.2 for ever.

    stringprep_tables.py > stringprep_tables.cpp
"""
import stringprep

TABLES = [
    ('other_spaces', 'C.1.2', [stringprep.in_table_c12]),
    ('mapped_to_nothing', 'B.1', [stringprep.in_table_b1]),
    ('prohibited', 'C.2 to C.9, and A.1: what has no character', [
        stringprep.in_table_a1, stringprep.in_table_c21_c22, stringprep.in_table_c3, stringprep.in_table_c4,
        stringprep.in_table_c5, stringprep.in_table_c6, stringprep.in_table_c7, stringprep.in_table_c8,
        stringprep.in_table_c9]),
    ('right_to_left', 'D.1', [stringprep.in_table_d1]),
    ('left_to_right', 'D.2', [stringprep.in_table_d2]),
]


def ranges(tests):
    found = []
    for code in range(0x110000):
        if any(test(chr(code)) for test in tests):
            if found and found[-1][1] == code - 1:
                found[-1][1] = code
            else:
                found.append([code, code])
    return found


def lines(texts, width=110):
    line = '   '
    for text in texts:
        if len(line) + 1 + len(text) > width:
            yield line
            line = '   '
        line += ' ' + text
    yield line


print('// Made by stringprep_tables.py.')
print('#include "pgwire/auth/stringprep_tables.hpp"')
print()
print('namespace hawser::pgwire::stringprep {')
print('namespace {')
print()
print('// clang-format off')
for name, source, tests in TABLES:
    print(f'// {source}')
    print(f'constexpr code_range {name}_ranges[] = {{')
    for line in lines(f'{{{first:#x}, {last:#x}}},' for first, last in ranges(tests)):
        print(line)
    print('};')
print('// clang-format on')
print()
print('} // namespace')
print()
for name, _, _ in TABLES:
    print(f'constinit const std::span<const code_range> {name} = {name}_ranges;')
print()
print('} // namespace hawser::pgwire::stringprep')

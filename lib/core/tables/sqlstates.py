#!/usr/bin/env python3
"""Makes sqlstates.inc and sqlstate_classes.inc from the server's own errcodes.txt.

    sqlstates.py [--check] [FOLDER]     FOLDER: where the server keeps errcodes.txt; /usr/share/postgresql/15

Of several names for one code the file's own is taken, the one that PL/pgSQL knows: the others have none there.
"""
import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
CODE = re.compile(r'^([0-9A-Z]{5})\s+[EWS]\s+ERRCODE_\w+(?:\s+(\w+))?$', re.M)
CLASS = re.compile(r'^Section: Class ([0-9A-Z]{2}) - (.*?)(?: \(.*\))?$', re.M)
FROM = "// Made by sqlstates.py from the server's errcodes.txt.\n"


def made(errcodes):
    """The text of each file, by its name."""
    names = {code: name for code, name in CODE.findall(errcodes) if name}
    unnamed = {code for code, name in CODE.findall(errcodes)} - set(names)
    assert not unnamed, unnamed
    classes = dict(CLASS.findall(errcodes))
    return {
        'sqlstates.inc': FROM + ''.join(f'{{"{code}", "{names[code]}"}},\n' for code in sorted(names)),
        'sqlstate_classes.inc': FROM + ''.join(f'{{"{code}", "{classes[code]}"}},\n' for code in sorted(classes)),
    }


def main(arguments):
    folders = [a for a in arguments if a != '--check'] or ['/usr/share/postgresql/15']
    for name, text in made((Path(folders[0]) / 'errcodes.txt').read_text()).items():
        if '--check' not in arguments:
            (HERE / name).write_text(text)
        elif (HERE / name).read_text() != text:
            sys.exit(f'{name} is not what {Path(__file__).name} makes of the server\'s file')


if __name__ == '__main__':
    main(sys.argv[1:])

#!/usr/bin/env python3
"""Every PostgreSQL message file has its byte test of the same name."""
from common import ROOT, files, finish

messages = {path.stem for path in files('lib/pgwire/message/*.cpp', 'include/hawser/pgwire/message/*.hpp',
                                        'lib/pgwire/message/*.hpp')}
tests = 'tests/unit/pgwire/message'
finish([f'{tests}/{name}.cpp is missing' for name in sorted(messages) if not (ROOT / tests / f'{name}.cpp').exists()])

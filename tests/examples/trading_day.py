#!/usr/bin/env python3
"""The trading day on a PostgreSQL server: the figures of the same day on SQLite, to the last digit, and plain words
where there can be no day.

usage: trading_day.py TRADING_DAY POSTGRES_SERVER
"""
import json
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

PROGRAM, SERVER = sys.argv[1:3]
SECONDS = 100
OWN = ['--own-predictions', '20000', '--own-ticks', '3000', '--threads', '2']
PASSWORD = 'open%20sesame'

# Upper case and lower case, digits and signs: the order of bytes is not that of words.
NAMES = ['b', 'B', 'a', 'A', 'a-1', 'aa', '10', '9', 'Ä']
PREDICTIONS = 'model,seq,season,date,entity,opponent,metric,probability,outcome\n' + ''.join(
    f'{name},{i},2017,2018-01-09,E,F,prob1,{(i * 7919 % 1009 + i / 7) / 1500},{i % 2}\n'
    for i, name in enumerate(NAMES * 40))
TICKS = 'symbol,ts_utc_ns,price,size,exchange,cond_hex,suspicious\n' + ''.join(
    f'{name},{1381132800614000000 + i},{1 + i * 7919 % 1013}.{i:04},{1 + i * 104729 % 5000},P,20,0\n'
    for i, name in enumerate(NAMES * 40))


class Server:
    """Both of its databases; `none` is the reason where there is no server."""

    def __init__(self):
        self.process = subprocess.Popen([SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.by_socket = self.process.stdout.readline().strip()
        self.none = self.by_socket.removeprefix('none: ') if self.by_socket.startswith('none: ') else None
        self.guarded = self.process.stdout.readline().strip()

    def stop(self):
        self.process.stdin.close()
        self.process.wait(SECONDS)


def day(url, *arguments):
    return subprocess.run([PROGRAM, '--url', url, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=SECONDS)


def report_of(url, *arguments):
    """What is summed up, in its order."""
    ended = day(url, *arguments, '--json')
    if ended.returncode != 0:
        return f'{url}: exit code {ended.returncode}: {ended.stderr.strip()}'
    report = json.loads(ended.stdout, object_pairs_hook=list, parse_float=str)
    of = {name: dict(part) for name, part in report if name in ('predictions', 'trades')}
    return [of['predictions']['by_model'], of['trades']['by_symbol'], dict(report)['integrity']]


def table_of(url, *arguments):
    """The lines of single models and symbols, and the last one."""
    ended = day(url, *arguments)
    lines = ended.stdout.splitlines()
    return [line for line in lines if line.startswith('  ')] + lines[-1:] + [ended.returncode]


def refused(url, *arguments):
    """Exit code and message; a password in it is told."""
    ended = day(url, *arguments)
    told = ended.stderr + ended.stdout
    return ended.returncode, ended.stderr + (' WITH THE PASSWORD' if 'sesame' in told else '')


def judge(name, good, seen):
    print(f'pass {name}' if good else f'fail {name}: {seen!r}')
    return good


def same(name, here, there):
    sound = isinstance(here, list) and len(here) > 2
    return judge(name, sound and here == there, f'{there!r} instead of {here!r}')


def told(name, ended, code, *words):
    good = ended[0] == code and all(word in ended[1] for word in words) and 'WITH THE PASSWORD' not in ended[1]
    return judge(name, good, ended)


def closed_port():
    with socket.socket() as one:
        one.bind(('127.0.0.1', 0))
        return one.getsockname()[1]


def days(server, folder):
    predictions, ticks = folder / 'predictions.csv', folder / 'ticks.csv'
    predictions.write_text(PREDICTIONS)
    ticks.write_text(TICKS)
    files = ['--predictions', str(predictions), '--trades', str(ticks)]
    yield same('a day on PostgreSQL has the figures of the same day on SQLite, to the last digit',
               report_of(f'sqlite:{folder}/own.db', *OWN), report_of(server.by_socket, *OWN))
    yield same("a day of files is told in the same lines, whatever the server's order of texts",
               table_of(f'sqlite:{folder}/files.db', *files), table_of(server.guarded, *files))


def refusals(server):
    place = server.guarded.split('@')[1].split('/')[0]
    yield told('a server that holds a day already is left alone', refused(server.guarded), 2, 'holds a day already', place)
    yield told('a wrong password is told with place and user',
               refused(server.guarded.replace(PASSWORD, 'wrong')), 1, place, 'password', 'guarded')
    yield told('a database that is not there is told',
               refused(server.guarded.replace('/ordered', '/absent')), 1, place, 'absent')
    nobody = f'127.0.0.1:{closed_port()}'
    yield told('a server that is not there is told',
               refused(f'postgres://hawser:{PASSWORD}@{nobody}/plain'), 1, nobody, 'refused')
    yield told('an option that there is not is told', refused(f'{server.guarded}?colour=red'), 2, '--url', 'colour')
    yield told('a URL that is none is told', refused(f'postgres://hawser:{PASSWORD}@host:port/plain'), 2, '--url', 'port')


def main():
    server = Server()
    try:
        if server.none:
            print(f'skip trading_day: {server.none}')
            return 0
        with tempfile.TemporaryDirectory() as folder:
            good = [*days(server, Path(folder)), *refusals(server)]
    finally:
        server.stop()
    return 0 if all(good) else 1


sys.exit(main())

#!/usr/bin/env python3
"""The example server stores, tells, refuses, ends on SIGTERM with clients connected, and has kept its prices."""
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

SERVER = sys.argv[1]
SECONDS = 30


class Server:
    """A running server; talk() sends lines on one connection and gives the answers."""

    def __init__(self, url):
        self.process = subprocess.Popen([SERVER, url], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().removeprefix('port '))

    def connect(self):
        return socket.create_connection(('127.0.0.1', self.port), timeout=SECONDS)

    def talk(self, *lines):
        with self.connect() as client, client.makefile('rw', newline='\n') as stream:
            answers = []
            for line in lines:
                stream.write(line + '\n')
                stream.flush()
                answers.append(stream.readline().strip())
            return answers

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


class Asker(threading.Thread):
    """Stores price after price on one connection until it is closed; `stored` counts what was acknowledged."""

    def __init__(self, server, name):
        super().__init__()
        self.client, self.name, self.stored, self.some = server.connect(), name, 0, threading.Event()
        self.start()

    def run(self):
        with self.client, self.client.makefile('rw', newline='\n') as stream:
            try:
                while True:
                    stream.write(f'PUT {self.name}-{self.stored} 1\n')
                    stream.flush()
                    if stream.readline() != 'OK\n':
                        break
                    self.stored += 1
                    if self.stored == 5:
                        self.some.set()
            except OSError:
                pass


def judge(name, seen, wanted):
    print(f'pass {name}' if seen == wanted else f'fail {name}: {seen!r} instead of {wanted!r}')
    return seen == wanted


def main():
    good = []
    with tempfile.TemporaryDirectory() as folder:
        url = f'sqlite:{folder}/prices.db'
        server = Server(url)
        try:
            good.append(judge('stores and tells', server.talk('PUT BTC 64250.125', 'GET BTC', 'PUT BTC 1', 'GET BTC'),
                              ['OK', 'OK 64250.12500000', 'OK', 'OK 1.00000000']))
            answers = server.talk('GET nothing', 'SING', 'PUT BTC much', 'GET BTC')
            good.append(judge('refuses', [answer.split()[0] for answer in answers], ['NONE', 'ERROR', 'ERROR', 'OK']))
            idle = server.connect()
            askers = [Asker(server, f'S{number}') for number in range(8)]
            busy = all(asker.some.wait(SECONDS) for asker in askers)
        finally:
            code = server.stop()
        for asker in askers:
            asker.join(SECONDS)
        with idle:
            good.append(judge('ends with clients connected', (code, idle.recv(1)), (0, b'')))
        good.append(judge('leaves no log', Path(folder, 'prices.db-wal').exists(), False))
        server = Server(url)
        try:
            good.append(judge('keeps its prices', server.talk('GET BTC'), ['OK 1.00000000']))
            asked = [f'GET {asker.name}-{i}' for asker in askers for i in range(asker.stored)]
            good.append(judge('keeps what it acknowledged while it was stopped',
                              (busy, {*server.talk(*asked)}), (True, {'OK 1.00000000'})))
        finally:
            server.stop()
    sys.exit(not all(good))


main()

#!/usr/bin/env python3
"""Resident memory a byte of content, before and after deleting a random 60 %: zspool beside Redis and memcached.

    examples/compare.py RECORDS [zspool redis memcached ...]

RECORDS is a text file; its paragraphs, parted by empty lines, are stored one by one. Whatever of redis-server and memcached is not
installed is left out. Everything listens on loopback and is stopped at the end. Needs Python 3 and nothing else.
"""

import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BATCH = 100


def records(path):
    with open(path, "rb") as file:
        return [part + b"\n" for part in file.read().split(b"\n\n") if part.strip()]


def resident(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS"))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def connect(port, seconds=120):
    deadline = time.time() + seconds
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except OSError:
            if time.time() > deadline:
                raise
            time.sleep(0.2)


class Pipelined:
    """Sends requests a batch at a time and reads as many answers."""

    def __init__(self, port):
        self.socket = connect(port)
        self.answers = self.socket.makefile("rb")

    def run(self, requests, read):
        batch = []
        for request in requests:
            batch.append(request)
            if len(batch) == BATCH:
                self.flush(batch, read)
        self.flush(batch, read)

    def flush(self, batch, read):
        self.socket.sendall(b"".join(batch))
        for _ in batch:
            read(self.answers)
        batch.clear()


class Zspool:
    name = "zspool"

    def start(self, folder):
        self.port = free_port()
        java = [f"-Dzspool.http.port={self.port}", f"-Dzspool.management.port={free_port()}"]
        self.log = open(os.path.join(folder, "zspool.log"), "wb")
        process = subprocess.Popen([f"{ROOT}/zspool", "run", *java], stdout=self.log, stderr=self.log)
        connect(self.port, 600).close()
        self.client = Pipelined(self.port)
        # Warm up, so that the service alone can be told from what it holds.
        self.put((f"warm{i}", os.urandom(500)) for i in range(20_000))
        self.delete(f"warm{i}" for i in range(20_000))
        time.sleep(3)
        return process

    def read(self, answers):
        status = answers.readline()
        length = 0
        while (line := answers.readline().lower()) != b"\r\n":
            if line.startswith(b"content-length:"):
                length = int(line[15:])
        answers.read(length)
        if status[9:10] != b"2":
            raise RuntimeError(status)

    def request(self, method, key, body=b""):
        path = f"/v1/pools/default/blobs/{key}"
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
        return head.encode() + body

    def put(self, items):
        self.client.run((self.request("PUT", key, value) for key, value in items), self.read)

    def delete(self, keys):
        self.client.run((self.request("DELETE", key) for key in keys), self.read)

    def tidy(self):
        post = b"POST /v1/%s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"
        self.client.run([post % b"pools/default/compaction", post % b"memory/defragmentation"], self.read)


class Redis:
    name = "redis-server"

    def start(self, folder):
        port = free_port()
        options = ["--port", str(port), "--save", "", "--appendonly", "no", "--bind", "127.0.0.1"]
        process = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL, cwd=folder)
        self.client = Pipelined(port)
        return process

    def read(self, answers):
        if answers.readline()[:1] not in b"+:":
            raise RuntimeError("redis refused")

    def command(self, *parts):
        encoded = [part if isinstance(part, bytes) else part.encode() for part in parts]
        return b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in encoded)

    def put(self, items):
        self.client.run((self.command("SET", key, value) for key, value in items), self.read)

    def delete(self, keys):
        self.client.run((self.command("DEL", key) for key in keys), self.read)

    def tidy(self):
        self.client.run([self.command("MEMORY", "PURGE")], self.read)


class Memcached:
    name = "memcached"

    def start(self, folder):
        port = free_port()
        options = ["-p", str(port), "-l", "127.0.0.1", "-m", "4096"]
        if os.getuid() == 0:
            options += ["-u", "root"]
        process = subprocess.Popen(["memcached", *options], cwd=folder)
        self.client = Pipelined(port)
        return process

    def read(self, answers):
        if answers.readline().strip() not in (b"STORED", b"DELETED"):
            raise RuntimeError("memcached refused")

    def put(self, items):
        self.client.run((b"set %s 0 0 %d\r\n%s\r\n" % (key.encode(), len(value), value) for key, value in items), self.read)

    def delete(self, keys):
        self.client.run((b"delete %s\r\n" % key.encode() for key in keys), self.read)

    def tidy(self):
        pass


def measure(system, values):
    with tempfile.TemporaryDirectory() as folder:
        process = system.start(folder)
        try:
            empty = resident(process.pid)
            system.put((f"k{i}", value) for i, value in enumerate(values))
            time.sleep(2)
            logical = sum(map(len, values))
            report(system.name, "fresh", resident(process.pid), empty, logical)
            chance = random.Random(4711)
            gone = [i for i in range(len(values)) if chance.random() < 0.6]
            system.delete(f"k{i}" for i in gone)
            live = logical - sum(len(values[i]) for i in gone)
            time.sleep(2)
            report(system.name, "60 % deleted", resident(process.pid), empty, live)
            system.tidy()
            time.sleep(2)
            report(system.name, "tidied up", resident(process.pid), empty, live)
        finally:
            process.terminate()
            process.wait()


def report(name, when, rss, empty, live):
    mib = 1 << 20
    print(
        f"{name:13} {when:13} {rss / mib:7.1f} MiB resident, {empty / mib:6.1f} when empty; "
        f"{rss / live:5.2f} bytes a live byte, {(rss - empty) / live:5.2f} without the empty service",
        flush=True,
    )


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    values = records(sys.argv[1])
    print(f"{len(values)} records, {sum(map(len, values))} bytes", flush=True)
    systems = [Zspool(), Redis(), Memcached()]
    wanted = sys.argv[2:]
    for system in systems:
        if wanted and system.name not in wanted:
            continue
        if system.name == "zspool" or shutil.which(system.name):
            measure(system, values)
        else:
            print(f"{system.name} is not installed: left out", flush=True)


if __name__ == "__main__":
    main()

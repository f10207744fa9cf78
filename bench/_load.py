"""A load generator small enough to share two cores with the server it measures: raw sockets, keep-alive, loopback."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """What came back in a bounded run."""

    requests_per_second: float
    p99_ms: float
    bad: int  # answers other than 200


class _Connection:
    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.create_connection((host, port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer, self.sent = b"", 0.0

    def ask(self, request: bytes) -> None:
        self.buffer, self.sent = b"", time.perf_counter()
        self.socket.sendall(request)

    def read(self) -> bool:
        """Take what has arrived; True when the answer is complete (Content-Length)."""
        chunk = self.socket.recv(1 << 18)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        self.buffer += chunk
        head, gap, body = self.buffer.partition(b"\r\n\r\n")
        if not gap:
            return False
        name, _, rest = head.lower().partition(b"content-length:")
        return bool(rest) and len(body) >= int(rest.split(b"\r\n")[0])


def request(path: str, host: str, port: int) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: */*\r\n\r\n".encode()


def measure(port: int, paths: Sequence[str], seconds: float, connections: int = 16, host: str = "127.0.0.1") -> Load:
    """Ask for `paths` in turn over keep-alive connections for `seconds`."""
    requests = [request(path, host, port) for path in paths]
    waits: list[float] = []
    turn = bad = 0
    with selectors.DefaultSelector() as ready:
        opened = [_Connection(host, port) for _ in range(connections)]
        for connection in opened:
            ready.register(connection.socket, selectors.EVENT_READ, connection)
            connection.ask(requests[turn % len(requests)])
            turn += 1
        start = now = time.perf_counter()
        while now - start < seconds:
            for key, _ in ready.select(1):
                connection = key.data
                if not connection.read():
                    continue
                now = time.perf_counter()
                waits.append(now - connection.sent)
                bad += not connection.buffer.startswith(b"HTTP/1.1 200")
                connection.ask(requests[turn % len(requests)])
                turn += 1
            now = time.perf_counter()
        for connection in opened:
            connection.socket.close()
    waits.sort()
    return Load(len(waits) / (now - start), 1000 * waits[int(len(waits) * 0.99)], bad)

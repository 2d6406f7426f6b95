"""A call over the network that is waited for at most so long, whatever the other side does.

A timeout of a socket is one for each read: an answer that drips byte by byte never meets it, and looking up a name
has none. So the call is made by a thread of its own, and what it still waits for when its time is over is cut.
"""

import socket
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from threading import Thread, local
from typing import Any

import urllib3

_here = local()


class _Noting:
    """A connection that leaves the socket of its answer with the call that waits for it."""

    def getresponse(self) -> Any:
        if hasattr(_here, "sockets"):
            _here.sockets.append(self.sock)
        return super().getresponse()


def bounded[T](call: Callable[[], T], seconds: float) -> T:
    """What `call` answers or raises; TimeoutError once `seconds` are over."""
    future: Future[T] = Future()
    sockets: list[socket.socket] = []

    def work() -> None:
        _here.sockets = sockets
        try:
            future.set_result(call())
        except BaseException as error:  # raised again where the call is waited for
            future.set_exception(error)

    Thread(target=work, name="bounded", daemon=True).start()  # a process that ends does not wait for it
    try:
        return future.result(seconds)
    finally:
        if not future.done():
            _cut(sockets)


def cuttable(pools: urllib3.PoolManager) -> urllib3.PoolManager:
    """`pools`, whose calls leave no thread behind when their time is over; they make one try and no other."""
    # Left alone, urllib3 connects four times, and obeys a Retry-After of up to six hours in silence.
    pools.connection_pool_kw["retries"] = False
    pools.pool_classes_by_scheme = {name: _noting(pool) for name, pool in pools.pool_classes_by_scheme.items()}
    return pools


def _noting(pool: type) -> type:
    connection = type("NotingConnection", (_Noting, pool.ConnectionCls), {})
    return type(f"Noting{pool.__name__}", (pool,), {"ConnectionCls": connection})


def _cut(sockets: list[socket.socket]) -> None:
    """The thread that reads from them finds the end. Of the socket itself: TLS would say good-bye first."""
    for wire in sockets[-1:]:
        with suppress(OSError, AttributeError):
            socket.socket.shutdown(wire, socket.SHUT_RDWR)

"""How `manage.py test` runs: no network but loopback, nothing left on the disk, slow suites only when asked for."""

import gc
import socket
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test.runner import DiscoverRunner

SLOW = {"browser", "concurrency", "corpora", "live", "machine", "slow"}  # run with --tag browser and so on
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class NetworkForbidden(AssertionError):
    """A test reached for a machine other than this one."""


def guard_sockets() -> None:
    """From now on a connection to anything but loopback or a Unix socket fails, and names what was called."""

    def guarded(name: str) -> None:
        connect = getattr(socket.socket, name)

        def connect_on_this_machine(self: socket.socket, address: Any) -> Any:
            if self.family != socket.AF_UNIX and address[0] not in LOOPBACK:
                raise NetworkForbidden(f"A test called {address[0]}:{address[1]}; tests stay on this machine.")
            return connect(self, address)

        setattr(socket.socket, name, connect_on_this_machine)

    guarded("connect")
    guarded("connect_ex")


class Runner(DiscoverRunner):
    """Django's own, with the guard, a MEDIA_ROOT that ends with the run, and the slow suites left out."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.exclude_tags |= SLOW - self.tags

    def setup_test_environment(self, **kwargs: Any) -> None:
        super().setup_test_environment(**kwargs)
        if "live" not in self.tags:
            guard_sockets()  # inherited by the forked workers of --parallel
        gc.freeze()  # what is loaded by now stays: looking through it again and again took a tenth of the time
        gc.set_threshold(50_000, 50, 50)
        self._media = tempfile.TemporaryDirectory(prefix="galley-test-")
        settings.MEDIA_ROOT = Path(self._media.name)

    def teardown_test_environment(self, **kwargs: Any) -> None:
        self._media.cleanup()
        super().teardown_test_environment(**kwargs)

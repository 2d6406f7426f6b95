"""What `manage.py serve` becomes: granian's command line, in a process without Django.

granian's workers may hang when they get a second signal while they stop. Ctrl-C reaches every process of a terminal,
so the workers do not listen to it, and the parent takes it as the order to stop that it passes on to them once.
"""

import os
import signal
import threading

from granian.cli import entrypoint


def stop_on_interrupt() -> None:
    signal.sigwait({signal.SIGINT})
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # the workers inherit it
    threading.Thread(target=stop_on_interrupt, daemon=True).start()
    entrypoint()

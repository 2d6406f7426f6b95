"""`manage.py serve`: makes one machine ready, then becomes its server: granian, or runserver with DEBUG=1.

What was done before is not done again: a second start only looks whether anything has changed.
"""

import errno
import hashlib
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from core import triggers

LAST_PORT = 65535
ADVISORY_LOCK = 0x6A11E7  # any number that nobody else locks in the same PostgreSQL database


def sentence(error: Exception) -> str:
    """What went wrong, as one line for the person at the terminal."""
    if isinstance(error, OSError):
        return f"{error.filename or settings.DATA_DIR}: {error.strerror}."
    line = str(error).strip().partition("\n")[0]
    return f"the database says: {line}." if isinstance(error, DatabaseError) else line


def check_address(host: str, port: int) -> None:
    """Raise CommandError unless a server could listen on `port` of `host` now."""
    if not 0 < port <= LAST_PORT:
        raise CommandError(f"PORT is {port}, which is not between 1 and {LAST_PORT}.")
    try:
        family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CommandError(f"Port {port} is taken; choose another: PORT={port + 1} make run") from None
        raise CommandError(f"HOST {host} with PORT {port} cannot be used: {error.strerror}.") from None


def check_data_dir(path: Path) -> None:
    """Raise CommandError unless DATA_DIR `path` takes a file of 1 MB."""
    probe = path / f"probe-{os.getpid()}"
    try:
        path.mkdir(parents=True, exist_ok=True)
        try:
            probe.write_bytes(bytes(1_000_000))
        finally:
            probe.unlink(missing_ok=True)
    except OSError as error:
        raise CommandError(f"DATA_DIR {path} cannot be written: {error.strerror}.") from None


@contextmanager
def database_to_oneself() -> Iterator[None]:
    """Wait until no other machine prepares the same PostgreSQL database. SQLite belongs to one machine."""
    if connection.vendor != "postgresql":
        yield
        return
    holder = connection.copy()  # whose one transaction holds the lock, also where a pooler stands between
    try:
        holder.set_autocommit(False)
        with holder.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])
        yield
    finally:
        holder.close()


def check_proxy() -> None:
    """Raise CommandError where every page would lead back to itself: granian speaks http, and https was promised."""
    if settings.HTTPS and not settings.TRUSTED_PROXIES:
        raise CommandError("SITE_URL is https, which a proxy in front must speak; set TRUSTED_PROXIES=1.")


def migrate() -> None:
    """Bring the database up to date, its triggers too; when it is, that takes milliseconds."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
    else:
        triggers.ensure()


def load_demo() -> str:
    """Fill an empty site, unless the world can reach it: the demo's password is public. What the demo said then."""
    note = settings.DATA_DIR / "demo.txt"
    if not settings.HTTPS and not get_user_model().objects.exists():
        said = StringIO()
        call_command("demo", stdout=said)
        note.write_text(said.getvalue())
    return note.read_text() if note.exists() else ""


def static_digest() -> str:
    """Changes when a static file comes, goes or changes: by name, size and time, as reading them all is slow."""
    lines = [settings.STORAGES["staticfiles"]["BACKEND"]]
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            lines.append(f"{name} {status.st_size} {status.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def collect_static() -> None:
    """Hash and compress the static files into STATIC_ROOT, if they are not those of the last time."""
    stamp, digest = settings.DATA_DIR / "static.sha256", static_digest()
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    if manifest.exists() and stamp.exists() and stamp.read_text() == digest:
        return
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(digest)


def server() -> list[str]:
    """The command that serves from now on."""
    host, port = settings.HOST, str(settings.PORT)
    if settings.DEBUG:
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        return [sys.executable, "manage.py", "runserver", address]
    return [
        *(sys.executable, "-m", "core.server", "--interface", "wsgi", "--host", host, "--port", port),
        *("--workers", str(settings.WORKERS), "--blocking-threads", str(settings.THREADS)),
        *("--respawn-failed-workers", "--workers-kill-timeout", "30", "--log-level", "error"),
        "core.wsgi:application",
    ]


class Command(BaseCommand):
    help = "Serve the site: check, migrate, load the demo the first time, collect static files, start granian."
    requires_system_checks = []

    def handle(self, **options: Any) -> None:
        try:
            check_address(settings.HOST, settings.PORT)
            check_data_dir(settings.DATA_DIR)
            check_proxy()
            with database_to_oneself():
                migrate()
                demo = load_demo()
            if not settings.DEBUG:
                collect_static()
        except (CommandError, DatabaseError, OSError) as error:
            sys.exit(f"Galley cannot start: {sentence(error)}")
        except KeyboardInterrupt:
            sys.exit(130)
        self.stdout.write(f"Galley is at {settings.SITE_URL} (Ctrl-C ends it)\n{demo}", ending="")
        self.stdout.flush()
        connection.close()
        os.chdir(settings.BASE_DIR)
        os.execvp(sys.executable, server())  # noqa: S606  there is no shell to go through

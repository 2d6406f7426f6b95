"""Servers on one core of this machine, who asks them on the other, and what each costs, from /proc."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, OTHER_CORE = CORES[0], CORES[-1]  # the same one where there is only one
PATIENCE = 180  # seconds for a server to come up: the first start paints and compresses
OK = 200


def end_tidily() -> None:
    """Told to stop, stop what was started first."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat after the name: [state, parent, ...]; [] of a process that is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def tree(pid: int) -> set[int]:
    """The process and all that came of it."""
    parents = {int(path.name): stat(int(path.name)) for path in Path("/proc").glob("[0-9]*")}
    found, todo = set(), [pid]
    while todo:
        found.add(one := todo.pop())
        todo += [child for child, fields in parents.items() if fields and int(fields[1]) == one]
    return found


def cpu(pids: set[int]) -> float:
    """Milliseconds of processor time that these have spent, their dead children's with it."""
    return sum(sum(map(int, fields[11:15])) for pid in pids if (fields := stat(pid))) * 1000 / TICKS


def fine_cpu(pids: set[int]) -> float:
    """As cpu(), to the nanosecond, of the threads that live."""
    spent = 0
    for pid in pids:
        for path in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            with contextlib.suppress(OSError):
                spent += int(path.read_text().split()[0])
    return spent / 1e6


def memory(pids: set[int]) -> float:
    """Megabytes, what processes share divided among them (PSS)."""
    kilobytes = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
            kilobytes += int(found[1]) if found else 0
    return kilobytes / 1024


@dataclass
class Server:
    """A process of ours that listens on a port of its own, on SERVER_CORE, with all that works for it."""

    name: str
    port: int
    process: subprocess.Popen
    seconds: float = 0.0  # from its start to its first page
    database: str = ""  # where its connections to PostgreSQL can be seen; "": it has none, or SQLite's

    @classmethod
    def start(cls, name: str, command: list[str], port: int, **environment: str) -> Self:
        """Raises SystemExit with the last line it said, unless it answers with a first page in time."""
        begun = time.perf_counter()
        said = tempfile.TemporaryFile("w+")  # noqa: SIM115  it closes with the server
        if url := environment.get("DATABASE_URL", os.environ.get("DATABASE_URL", "")):
            environment["DATABASE_URL"] = f"{url}{'&' if '?' in url else '?'}application_name=bench-{port}"
        command = ["taskset", "-c", str(SERVER_CORE), *command]
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stdout=said, stderr=said)
        server = cls(name, port, process, database=url)
        while process.poll() is None and time.perf_counter() < begun + PATIENCE:
            with contextlib.suppress(OSError, HTTPException):
                if server.ask("/").status == OK:
                    server.seconds = time.perf_counter() - begun
                    return server
            time.sleep(0.005)
        server.stop()
        said.seek(0)
        raise SystemExit(f"{name} does not start: {(said.read().strip().splitlines() or ['it says nothing'])[-1]}")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def ask(self, path: str, **headers: str) -> "Answer":
        """GET on a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            return Answer.of(connection.getresponse())
        finally:
            connection.close()

    @property
    def pids(self) -> set[int]:
        return tree(self.process.pid) | self._backends()

    def _backends(self) -> set[int]:
        """The database's processes that work for this server, put on its core; none that another machine runs."""
        if not self.database:
            return set()
        import psycopg

        with psycopg.connect(self.database) as connection:
            asked = "SELECT pid FROM pg_stat_activity WHERE application_name = %s"
            found = {pid for (pid,) in connection.execute(asked, [f"bench-{self.port}"]) if stat(pid)}
        for pid in found:
            with contextlib.suppress(OSError):
                os.sched_setaffinity(pid, {SERVER_CORE})
        return found


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @classmethod
    def of(cls, response: HTTPResponse) -> Self:
        headers = {name.lower(): value for name, value in response.getheaders()}
        return cls(response.status, headers, response.read())


def python(*arguments: str, **environment: str) -> str:
    """What a Python program of ours prints. Raises SystemExit with its last line if it fails."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{arguments[0]}: {(done.stderr.strip().splitlines() or ['failed'])[-1]}")
    return done.stdout


# --- Who is asked, and who asks -----------------------------------------------------------------------------


@contextlib.contextmanager
def galley(name: str = "Galley", **environment: str) -> Iterator[Server]:
    """The app as `make run` starts it, one worker unless told otherwise."""
    port = free_port()
    settings = {"PORT": str(port), "HOST": "127.0.0.1", "SITE_URL": "", "WORKERS": "1", "DEBUG": ""} | environment
    server = Server.start(name, [sys.executable, "manage.py", "serve"], port, **settings)
    try:
        yield server
    finally:
        server.stop()


@contextlib.contextmanager
def _granian(name: str, application: str, **environment: str) -> Iterator[Server]:
    """A WSGI app under the server and with the threads that Galley has."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "1", "--blocking-threads", os.environ.get("THREADS", "4"), "--log-level", "error"]
    server = Server.start(name, [*command, application], port, **environment)
    try:
        yield server
    finally:
        server.stop()


def minimal() -> contextlib.AbstractContextManager[Server]:
    """The smallest Django app that shows the same posts, see minimal.py."""
    return _granian("minimal Django", "bench.minimal:application")


@contextlib.contextmanager
def least(files: dict[str, bytes], encoding: str = "") -> Iterator[Server]:
    """The smallest WSGI app with these files, already in `encoding` if one is named; see least.py."""
    with tempfile.TemporaryDirectory(prefix="galley-bench-") as folder:
        for file, data in files.items():
            (Path(folder) / file).write_bytes(data)
        settings = {"FILES": folder, "ENCODING": encoding, "DATABASE_URL": ""}
        with _granian("the smallest WSGI app", "bench.least:application", **settings) as server:
            yield server


NGINX = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/errors;
events {{ worker_connections 256; }}
http {{
    access_log off; gzip off; sendfile on; tcp_nopush on; keepalive_requests 10000000; default_type text/html;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    server {{ listen 127.0.0.1:{port}; root {folder}/files; {headers} }}
}}
"""


@contextlib.contextmanager
def nginx(files: dict[str, bytes], encoding: str = "") -> Iterator[Server]:
    """nginx with these files, already in `encoding` if one is named."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="galley-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # its worker is nobody, where it is started by root
        (folder / "files").mkdir(mode=0o755)
        for file, data in ({"index.html": b"nginx"} | files).items():
            (folder / "files" / file).write_bytes(data)
        headers = f"add_header Content-Encoding {encoding};" if encoding else ""
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, headers=headers))
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        command = [program, "-p", name, "-c", f"{name}/nginx.conf", "-e", f"{name}/errors"]
        server = Server.start("nginx", command, port, DATABASE_URL="")
        try:
            yield server
        finally:
            server.stop()


@dataclass(frozen=True)
class Load:
    """What one run of wrk measured: requests a second, the middle and the slowest but 1 % in ms, CPU ms a request."""

    rate: float
    p50: float
    p99: float
    cpu: float


_UNITS = {"us": 1e-3, "ms": 1, "s": 1e3, "m": 6e4}


def _latency(said: str, percent: int) -> float:
    found = re.search(rf"^\s+{percent}%\s+([\d.]+)(us|ms|s|m)$", said, re.MULTILINE)
    return float(found[1]) * _UNITS[found[2]] if found else 0.0


def load(server: Server, path: str, seconds: float, connections: int = 16, **headers: str) -> Load:
    """Ask for one address as fast as it answers, and once more where a process has ended meanwhile: its time is lost.

    Raises SystemExit if any answer was not a page.
    """
    command = [
        "taskset",
        "-c",
        str(OTHER_CORE),
        "wrk",
        "-t",
        "1",
        "-c",
        str(connections),
        "--latency",
        "--timeout",
        "20s",
    ]
    for name, value in headers.items():
        command += ["-H", f"{name.replace('_', '-')}: {value}"]
    address = f"http://127.0.0.1:{server.port}{path}"
    subprocess.run([*command, "-d", "1s", address], capture_output=True, check=True)  # warm
    while True:
        pids = server.pids
        before = cpu(pids)
        done = subprocess.run([*command, "-d", f"{seconds:g}s", address], capture_output=True, check=True, text=True)
        spent, said = cpu(pids | server.pids) - before, done.stdout
        if all(map(stat, pids)):
            break
    if "Non-2xx" in said or "Socket errors" in said:
        raise SystemExit(f"{server.name} {path}: {re.search('(Non-2xx|Socket errors).*', said)[0]}")
    requests = int(re.search(r"(\d+) requests in", said)[1])
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
    return Load(rate, _latency(said, 50), _latency(said, 99), spent / max(requests, 1))

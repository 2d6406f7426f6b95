"""How heavy pages are, what this machine is, and where reports go. Used by the other benches."""

import argparse
import os
import platform
import re
import sqlite3
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urljoin

from bench.machine import CORES, Server

ENCODINGS = ("identity", "gzip", "br")
PART = re.compile(r"<link [^>]*rel=\"(?:stylesheet|icon)\"[^>]*>|<script [^>]*src=[^>]*>")
ADDRESS = re.compile(r"(?:href|src)=\"([^\"]+)\"")


def page(server: Server, path: str, **headers: str) -> dict[str, tuple[int, str]]:
    """By the encoding asked for: bytes as they arrive, and the encoding that they came in."""
    found = {}
    for encoding in ENCODINGS:
        answer = server.ask(path, **headers | {"Accept_Encoding": encoding})
        found[encoding] = (len(answer.body), answer.headers.get("content-encoding", "identity"))
    return found


def visit(server: Server, path: str) -> tuple[int, int]:
    """Bytes and requests of a first visit without pictures, by a browser that takes brotli."""
    html = server.ask(path, Accept_Encoding="identity").body.decode()
    parts = [ADDRESS.search(tag)[1] for tag in PART.findall(html)]
    answers = [server.ask(urljoin(path, part), Accept_Encoding="gzip, br") for part in (path, *parts)]
    return sum(len(answer.body) for answer in answers), len(answers)


def _said(size: int, asked: str, came: str) -> str:
    return f"{size:,}" if asked == came else f"{size:,} ({came})"


def weights(found: dict[str, dict[str, tuple[int, str]]]) -> str:
    lines = ["| page | bytes | gzip | brotli |", "| --- | --- | --- | --- |"]
    for name, sizes in found.items():
        lines.append(
            f"| {name} | {' | '.join(_said(sizes[asked][0], asked, sizes[asked][1]) for asked in ENCODINGS)} |"
        )
    return "\n".join(lines)


def visits(found: dict[str, tuple[int, int]]) -> str:
    said = [f"{name} {size:,} bytes in {requests} requests" for name, (size, requests) in found.items()]
    return f"A first visit, with the style sheet, the script and the icon: {'; '.join(said)}." if said else ""


# --- The machine --------------------------------------------------------------------------------------------


def _found(path: str, pattern: str) -> str:
    try:
        found = re.search(pattern, Path(path).read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found[1].strip() if found else "unknown"


def _program(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return "none"
    found = re.search(r"\d+\.\d+(\.\d+)?", done.stdout + done.stderr)
    return found[0] if found else "unknown"


def _database(kind: str) -> str:
    if kind == "SQLite":
        return f"SQLite {sqlite3.sqlite_version}"
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        return f"PostgreSQL {connection.execute('SHOW server_version').fetchone()[0].split()[0]}"


def machine(kind: str, options: argparse.Namespace) -> str:
    """What was measured on, by which command, in one paragraph."""
    gigabytes = round(int(_found("/proc/meminfo", r"^MemTotal:\s+(\d+)") or 0) / 2**20)
    parts = [
        f"{len(CORES)} cores ({_found('/proc/cpuinfo', r'^model name\s*: (.*)$')}), {gigabytes} GiB",
        f"{_found('/etc/os-release', 'PRETTY_NAME="([^"]+)"')}",
        f"Python {platform.python_version()}, Django {version('django')}, granian {version('granian')}",
        f"{_database(kind)}, nginx {_program('nginx', '-v')}",
        f"{options.rounds} rounds of {options.seconds:g} s",
    ]
    if kind == "SQLite":
        command = " ".join(["bench/serving.py", *sys.argv[1:]])
    else:
        command = " ".join(["DATABASE_URL=... bench/serving.py", *sys.argv[1:]])
    return f"{'; '.join(parts)}. `{command}`"


def write_into(path: Path, mark: str, words: str) -> None:
    """Put the report where the document has its place for it."""
    begin, end = f"<!-- {mark} -->", "<!-- end -->"
    before, _, rest = path.read_text().partition(begin)
    if not rest:
        raise SystemExit(f"{path} has no line {begin}")
    path.write_text(f"{before}{begin}\n\n{words}\n\n{end}{rest.partition(end)[2]}")

"""The smallest WSGI app that answers with a page's bytes: about the least that an answer costs by Python.

The bytes are those of the files in the folder FILES. bench/serving.py starts it as `granian bench.least:application`.
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

FILES = {f"/{path.name}": path.read_bytes() for path in Path(os.environ["FILES"]).iterdir()}
HEADERS = [("Content-Type", "text/html")]
if encoding := os.environ.get("ENCODING"):
    HEADERS.append(("Content-Encoding", encoding))


def application(environ: dict[str, object], start_response: Callable) -> Iterable[bytes]:
    body = FILES.get(environ["PATH_INFO"], b"The least.")
    start_response("200 OK", [*HEADERS, ("Content-Length", str(len(body)))])
    return [body]

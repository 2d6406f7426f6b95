"""What an author's save costs, and when readers see it. Used by serving.py."""

import random
import re
import statistics
import threading
import time
import uuid
from http.client import HTTPConnection
from types import SimpleNamespace

from bench.filling import paragraph
from bench.machine import Answer, Server, fine_cpu
from core.testing.forms import form_on

SAVES, PUBLISHED = 100, 10
KNOWN, WATCHED = 20, 2.0  # answers before each change, seconds after it
PATIENCE = 30  # seconds for those answers
FOUND = 302


class Author:
    """Somebody who is signed in, with a browser that keeps its connection."""

    def __init__(self, server: Server, session: str) -> None:
        self.connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
        self.cookies, self.address = {"sessionid": session}, f"http://127.0.0.1:{server.port}"

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request(method, path, body, {name.replace("_", "-"): text for name, text in headers.items()})
        response = self.connection.getresponse()
        for cookie in response.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer.of(response)

    def form(self, path: str) -> dict[str, str]:
        """What the page's form would send, unchanged."""
        answer = self.ask("GET", path)
        return form_on(SimpleNamespace(text=answer.body.decode()), "post-form")["data"]

    def send(self, path: str, fields: dict[str, str]) -> None:
        """As a browser does, in parts: the form may carry a picture. Raises SystemExit unless it was saved."""
        boundary = uuid.uuid4().hex
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        ]
        body = "".join([*parts, f"--{boundary}--\r\n"]).encode()
        kind = f"multipart/form-data; boundary={boundary}"
        answer = self.ask("POST", path, body, Content_Type=kind, Origin=self.address)
        if answer.status != FOUND:
            raise SystemExit(f"A save of {path} answers {answer.status}.")


def changed(content: str, dice: random.Random) -> str:
    """The text with one of its paragraphs written anew."""
    paragraphs = content.replace("\r\n", "\n").split("\n\n")
    paragraphs[dice.randrange(len(paragraphs))] = paragraph(dice, 78, [])
    return "\n\n".join(paragraphs)


def saves(server: Server, session: str, edits: list[str]) -> dict[str, float]:
    """{"p50", "p95": ms until the answer, "cpu": middle of the ms of all processes, "cpu mean"} of SAVES saves."""
    author, took, spent = Author(server, session), [], []
    dice = random.Random(time.time_ns())  # noqa: S311  what the last run wrote would change nothing
    for number in range(SAVES + 5):
        path = edits[number % len(edits)]
        form = author.form(path)
        form["content"] = changed(form["content"], dice)
        pids = server.pids
        before, begun = fine_cpu(pids), time.perf_counter()
        author.send(path, form)
        ended = time.perf_counter()
        time.sleep(0.005)  # what is done after the answer belongs to it
        took.append((ended - begun) * 1000)
        spent.append(fine_cpu(pids) - before)
    took, spent = sorted(took[5:]), sorted(spent[5:])
    cpu = {"cpu": statistics.median(spent), "cpu mean": statistics.fmean(spent)}
    return {"p50": statistics.median(took), "p95": took[int(len(took) * 0.95)], **cpu}


def visible(server: Server, session: str, edit: str) -> list[float]:
    """Seconds from the answer to a save until no reader, of any worker, got the old title any more; PUBLISHED times.

    Two readers ask for the post, on a new connection each time: the kernel chooses the worker.
    """
    author, lags = Author(server, session), []
    post = re.sub(r"edit/$", "", edit)
    for _ in range(PUBLISHED):
        title = f"Seen {uuid.uuid4()}"  # as no other post is called, on whatever page it stands beside
        form, old, ends = author.form(edit) | {"title": title}, [], [float("inf")]

        def read(path: str, title: str = title, old: list[float] = old, ends: list[float] = ends) -> None:
            while time.perf_counter() < ends[0]:
                begun = time.perf_counter()
                if title not in server.ask(path).body.decode():
                    old.append(begun)

        readers = [threading.Thread(target=read, args=(path,)) for path in (post, post)]
        for reader in readers:
            reader.start()
        given_up = time.perf_counter() + PATIENCE
        while len(old) < KNOWN:  # both workers are warm, and have the old page
            if time.perf_counter() > given_up:
                ends[0] = 0.0
                raise SystemExit(f"{post} is not answered, or has the new title before it is saved.")
            time.sleep(0.01)
        author.send(edit, form)
        saved = time.perf_counter()
        ends[0] = saved + WATCHED
        for reader in readers:
            reader.join()
        lags.append(max(max(old) - saved, 0.0))
    return sorted(lags)

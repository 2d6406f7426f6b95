"""Every page of a running Galley with the demo in it, as files: python .ci/pages.py ADDRESS DATA_DIR FOLDER.

Walks the links as nobody and as Ada, and sends each form once with values that it cannot take.
"""

import re
import sys
import time
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, build_opener

NOT_OURS = ("/admin/", "/static/", "/media/")
NOT_TYPED = {"hidden", "checkbox", "radio", "file", "submit"}
NONSENSE = "x@" * 500
SERVER_ERROR = 500


class Page(HTMLParser):
    """The links of a page; its POST forms, {action: {name: value}}; and the names that a person types into."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.forms: dict[str, dict[str, str]] = {}
        self.typed: set[str] = set()
        self.form: dict[str, str] | None = None
        self.textarea = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "a" and "href" in given and given.get("type", "text/html") == "text/html":  # a feed is no page
            self.links.add(given["href"])
        elif tag == "form":
            self.form = self.forms.setdefault(given["action"], {}) if given.get("method") == "post" else None
        elif self.form is None or not name:
            return
        elif tag == "textarea":
            self.textarea, self.form[name] = name, ""
            self.typed.add(name)
        elif tag == "input" and (kind not in {"checkbox", "radio", "file"} or "checked" in given):
            self.form[name] = given.get("value", "")
            if kind not in NOT_TYPED:
                self.typed.add(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "textarea":
            self.textarea = ""

    def handle_data(self, data: str) -> None:
        if self.textarea and self.form is not None:
            self.form[self.textarea] += data


class Visitor:
    """Somebody with a browser, of whom every page is kept."""

    def __init__(self, address: str, folder: Path, name: str) -> None:
        self.address, self.folder, self.name, self.kept = address, folder, name, 0
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def ask(self, path: str, fields: dict[str, str] | None = None) -> Page:
        """Get `path`, or post `fields` to it. A server error ends the program."""
        data = None if fields is None else urlencode(fields).encode()
        try:
            response = self.opener.open(urljoin(self.address, path), data, timeout=30)
        except HTTPError as error:
            response = error
        if response.status >= SERVER_ERROR:
            sys.exit(f"{response.status} at {path} for {self.name}.")
        html = response.read().decode()
        self.kept += 1
        label = re.sub(r"\W+", "-", path)[:60].strip("-")
        (self.folder / f"{self.name}-{self.kept:03}-{response.status}-{label}.html").write_text(html)
        return Page(html)

    def walk(self) -> None:
        """Every page that links lead to, and the answer of each form there to nonsense."""
        known, todo = {"/"}, ["/"]
        while todo:
            path = todo.pop(0)
            page = self.ask(path)
            if path in page.forms and page.typed:
                self.ask(path, page.forms[path] | dict.fromkeys(page.typed & page.forms[path].keys(), NONSENSE))
            found = {urlsplit(urljoin(path, link))._replace(fragment="").geturl() for link in page.links}
            new = {link for link in found - known if link.startswith("/") and not link.startswith(NOT_OURS)}
            known |= new
            todo += sorted(new)

    def sign_in(self, password: str) -> None:
        page = self.ask("/accounts/login/")
        self.ask("/accounts/login/", page.forms["/accounts/login/"] | {"username": self.name, "password": password})

    def write(self) -> None:
        """A post, a conflict about it, a preview and unsaved changes of it, and its way into the trash and out."""
        form = self.ask("/posts/new/").forms["/posts/new/"]
        self.ask("/posts/new/", form | {"title": "Ink", "content": "One.", "status": "draft"})
        mine = "/posts/ink/"
        old = self.ask(f"{mine}edit/").forms[f"{mine}edit/"]
        self.ask(f"{mine}edit/", old | {"content": "Two."})
        new = self.ask(f"{mine}edit/").forms[f"{mine}edit/"]
        self.ask(f"{mine}edit/", new | {"content": "Three.", "version": old["version"]})
        self.ask("/posts/preview/?post=ink", new)
        self.ask(f"{mine}autosave/", new | {"content": "Four."})
        self.ask("/posts/new/autosave/", form | {"title": "Never saved", "submission": ""})
        self.ask(f"{mine}delete/", self.ask(f"{mine}delete/").forms[f"{mine}delete/"])
        self.ask(mine)
        self.ask(f"{mine}restore/", self.ask("/me/trash/").forms[f"{mine}restore/"])


def wait_for(address: str, seconds: int = 120) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            build_opener().open(urljoin(address, "/healthz"), timeout=5)
            return
        except URLError:
            time.sleep(0.1)
    sys.exit(f"Nobody answered at {address} within {seconds} seconds.")


def main(address: str, data_dir: str, folder: str) -> None:
    wait_for(address)
    nobody, ada = (Visitor(address, Path(folder), name) for name in ("nobody", "ada"))
    for visitor in (nobody, ada):
        if visitor is ada:
            visitor.sign_in(re.search(r"password (\S+)\.\s", Path(data_dir, "demo.txt").read_text())[1])
            visitor.write()
        visitor.walk()
        visitor.ask("/nowhere/")
        visitor.ask("/accounts/login/", {})  # without a token: 403
    nobody.ask("/accounts/password/reset/")
    nobody.ask("/accounts/password/reset/sent/")
    nobody.ask("/accounts/password/reset/MQ/expired/")
    print(f"{nobody.kept} pages as nobody, {ada.kept} as Ada")


if __name__ == "__main__":
    main(*sys.argv[1:])

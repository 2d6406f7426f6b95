"""Reading a form off a page, changing some fields, and sending the rest back, as a browser without JavaScript does."""

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client


class _Forms(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self.textarea: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.forms.append(
                {"id": given.get("id"), "action": given["action"], "method": given["method"], "data": {}}
            )
        name = given.get("name")
        if not self.forms or not name:
            return
        data = self.forms[-1]["data"]
        if tag == "textarea":
            self.textarea, data[name] = name, ""
        elif tag == "input" and given.get("type") in {"checkbox", "radio"}:
            if "checked" in given:
                data[name] = given.get("value") or "on"
        elif tag == "input" and given.get("type") != "file":
            data[name] = given.get("value") or ""

    def handle_data(self, text: str) -> None:
        if self.textarea:
            self.forms[-1]["data"][self.textarea] += text

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.textarea:
            data = self.forms[-1]["data"]
            data[self.textarea] = data[self.textarea].removeprefix("\n")
            self.textarea = None


def form_on(response: HttpResponse, id_: str) -> dict[str, Any]:
    """{"action", "method", "data"} of the form with this id; `data` is what a browser would send unchanged."""
    return next(form for form in _Forms(response.text).forms if form["id"] == id_)


def send_form(client: Client, response: HttpResponse, id_: str, **changes: Any) -> HttpResponse:
    """Submit the form `id_` of a page with some fields changed (None: left out), to its own action."""
    form = form_on(response, id_)
    data = {name: value for name, value in (form["data"] | changes).items() if value is not None}
    return client.post(form["action"], data)

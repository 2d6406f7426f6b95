"""What the sources say to people, found without gettext's programs, and what a catalog answers."""

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils.translation.template import templatize

from core.bundles import PHRASE

CALL = re.compile(r"\b(?:_|n?p?gettext)\(")
ARGUMENTS = {  # of which call they are: context, message, plural
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "npgettext": (0, 1, 2),
}
PART = re.compile(r'(msgctxt|msgid|msgid_plural|msgstr)(?:\[(\d)\])? (".*")')


class Message(NamedTuple):
    context: str
    words: str
    plural: str = ""


def _message(call: ast.Call) -> Message | None:
    """What is asked for by `call`; None for other calls."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if (where := ARGUMENTS.get(name.removesuffix("_lazy"))) is None:
        return None
    values = [None if at is None else getattr(call.args[at], "value", None) for at in where]
    return Message(values[0] or "", values[1], values[2] or "") if isinstance(values[1], str) else None


def of_python(text: str) -> set[Message]:
    if "gettext" not in text:
        return set()
    calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    return {message for call in calls if (message := _message(call))}


def of_template(text: str) -> set[Message]:
    found, code = set(), templatize(text)
    for match in CALL.finditer(code):
        for end in re.finditer(r"\)", code[match.start() :]):
            try:
                call = ast.parse(code[match.start() :][: end.end()].strip(), mode="eval").body
            except SyntaxError:
                continue
            found.add(_message(call))
            break
    return found - {None}


def of_script(text: str) -> set[Message]:
    return {Message("", ast.literal_eval(f'"{words}"')) for words in PHRASE.findall(text)}


@cache
def said(domain: str) -> frozenset[Message]:
    """All that the sources ask the catalog `domain` for."""
    if domain == "djangojs":
        return frozenset().union(
            *(of_script(path.read_text()) for path in (settings.BASE_DIR / "static" / "js").rglob("*.js"))
        )
    templates = [path for ext in ("html", "txt") for path in (settings.BASE_DIR / "templates").rglob(f"*.{ext}")]
    apart = {"tests", "testing", "migrations", "commands", "demo"}
    modules = [path for app in ("core", "accounts", "posts") for path in (settings.BASE_DIR / app).rglob("*.py")]
    modules = [path for path in modules if not apart & set(path.parts) and path.name != "admin.py"]
    return frozenset().union(
        *(of_template(path.read_text()) for path in templates), *(of_python(path.read_text()) for path in modules)
    )


def read(path: Path) -> tuple[dict[Message, dict[int, str]], set[Message]]:
    """What the catalog at `path` answers to each message, by plural form, and which of them are fuzzy."""
    answers, fuzzy = {}, set()
    for entry in path.read_text().split("\n\n"):
        parts: dict[tuple[str, int], str] = defaultdict(str)
        key = None
        for line in entry.splitlines():
            match = PART.fullmatch(line)
            key = (match[1], int(match[2] or 0)) if match else key
            if key and (words := match[3] if match else line).startswith('"'):
                parts[key] += ast.literal_eval(words)
        message = Message(*(parts[name, 0] for name in ("msgctxt", "msgid", "msgid_plural")))
        if message.words:
            answers[message] = {number: words for (name, number), words in parts.items() if name == "msgstr"}
            fuzzy |= {message} if re.search(r"^#,.*\bfuzzy", entry, re.MULTILINE) else set()
    return answers, fuzzy

"""Nothing that a person reads is written into templates, Python or scripts but as a message to be translated."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from django.conf import settings
from django.test import SimpleTestCase, tag

TEMPLATES = sorted(path for ext in ("html", "txt") for path in (settings.BASE_DIR / "templates").rglob(f"*.{ext}"))
ENGLISH = {
    "tests",
    "testing",
    "migrations",
    "commands",
    "demo",
    "formats",
    "stores",
}  # for who runs and writes the software
MODULES = sorted(
    path
    for app in ("core", "accounts", "posts")
    for path in (settings.BASE_DIR / app).rglob("*.py")
    if not ENGLISH & set(path.parts) and path.name not in {"admin.py", "apps.py", "settings.py"}
)
SCRIPTS = sorted((settings.BASE_DIR / "static" / "js").rglob("*.js"))

TRANSLATED = re.compile(
    r"\{% *(?:blocktranslate|blocktrans)\b.*?\{% *end(?:blocktranslate|blocktrans) *%\}", re.DOTALL
)
LITERAL = re.compile(r'\|(?:default|default_if_none|yesno|pluralize|join):"([^"]*)"')
GIVEN = re.compile(r'\bwith\b.*?=(?!_\()"([^"]*[a-z] [^"]*)"')  # to an included template
FORMAT = re.compile(
    r'(?:\|(?:date|time):|\{% now )"(?!\w"|Y-m-d"|[A-Z_]+_FORMAT")([^"]*)"'
)  # in the order of one language
LETTERS = re.compile(r"[^\W\d_]{2}")
READ_ALOUD = {
    "title",
    "alt",
    "placeholder",
    "aria-label",
    "aria-description",
    "aria-valuetext",
    "aria-roledescription",
}
NAMES = {"RSS", "Atom", "JSON Feed", "nginx"}  # the same in every language


class Words(HTMLParser):
    """What is left to be read of a template when its tags are taken out."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.foreign = 0  # elements that say themselves which language they are in
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.foreign += tag == "span" and "lang" in named
        self.found += [named[name] or "" for name in READ_ALOUD & set(named)]
        if tag == "meta" and named.get("name") == "description":
            self.found.append(named.get("content") or "")
        if tag == "input" and named.get("type") in {"submit", "button", "reset"}:
            self.found.append(named.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        self.foreign -= bool(self.foreign) and tag == "span"

    def handle_data(self, data: str) -> None:
        if not self.foreign:
            self.found.append(data)


def of_template(text: str) -> list[str]:
    """What a template says that is not a message."""
    text = re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", TRANSLATED.sub("", text), flags=re.DOTALL)
    given = [words for tag in re.findall(r"\{%.*?%\}", text) for words in GIVEN.findall(tag)]
    given += FORMAT.findall(text)
    text = re.sub(r"\{%.*?%\}", "", text)
    text = re.sub(r"\{\{.*?\}\}", lambda tag: " ".join(LITERAL.findall(tag[0])), text)  # what a filter would put there
    said = [" ".join(words.split()) for words in Words(text).found]
    return given + [words for words in said if LETTERS.search(words) and words.strip(" ·.:,") not in NAMES]


MESSAGE = {"gettext", "gettext_lazy", "pgettext", "pgettext_lazy", "ngettext", "ngettext_lazy", "npgettext", "_"}
TOLD = {"debug", "info", "success", "warning", "error", "add_message"}  # of django.contrib.messages
SHOWN = {"label", "help_text", "empty_label", "error_messages", "labels", "help_texts", "violation_error_message"}
LEAVES = (ast.Name, ast.expr_context, ast.operator, ast.cmpop, ast.boolop, ast.unaryop, ast.arguments, ast.alias)
SENTENCE = re.compile(r"^[A-Z“][^\n]* [^\n]*[.?!…]$")


def name_of(call: ast.AST) -> str:
    function = call.func if isinstance(call, ast.Call) else call
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def words_in(node: ast.AST) -> Iterator[str]:
    """The strings in `node` that have letters and are no messages; the keys of a dict are names."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and LETTERS.search(node.value):
        yield node.value
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from words_in(value)
    elif isinstance(node, ast.Call):
        if name_of(node) in {"format_lazy", "fromkeys"}:
            yield from words_in(node.args[-1] if name_of(node) == "fromkeys" else node.args[0])
    elif isinstance(node, ast.BinOp | ast.IfExp | ast.BoolOp | ast.JoinedStr | ast.Tuple | ast.List):
        formatted = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod)
        for side in [node.left] if formatted else ast.iter_child_nodes(node):
            if not (isinstance(node, ast.IfExp) and side is node.test):
                yield from words_in(side)


def of_python(text: str, *, forms: bool = True) -> list[str]:
    """What a module says to people that is not a message: by where it goes, and by looking like a sentence.

    `forms`: whether labels and help texts are shown; those of models are the admin's.
    """
    found, left = [], [ast.parse(text)]
    while left:
        node = left.pop()
        if isinstance(node, ast.Call | ast.Raise) and is_no_text(node):
            continue
        found += bare_in(node, SHOWN if forms else {"violation_error_message"})
        for child in ast.iter_child_nodes(node):
            described = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
            described |= isinstance(child, ast.keyword) and child.arg == "help_text" and not forms
            if not (described or isinstance(child, LEAVES)):
                left.append(child)
    return found


def is_no_text(node: ast.Call | ast.Raise) -> bool:
    """A message, or what is for those who run and write the software: a fault, a line of the log."""
    if isinstance(node, ast.Raise):
        return bool(node.exc) and name_of(node.exc) != "ValidationError"
    return name_of(node) in MESSAGE or name_of(getattr(node.func, "value", None)) in {"logger", "log"}


def bare_in(node: ast.AST, shown: set[str]) -> Iterator[str]:
    """What `node` itself says, by what it is."""
    if isinstance(node, ast.Call):
        name, owner = name_of(node), name_of(getattr(node.func, "value", None))
        told = node.args[1:] if (owner == "messages" and name in TOLD) or name == "add_error" else ()
        said = [*(node.args[:1] if name == "ValidationError" else told)]
        said += [key.value for key in node.keywords if key.arg in shown]
    elif isinstance(node, ast.Assign):
        said = [node.value] if name_of(node.targets[0]) in shown else []
    elif isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        said = [value for key, value in pairs if getattr(key, "value", None) in READ_ALOUD]
        said = [value for value in said if not isinstance(value, ast.List)]
    elif isinstance(node, ast.ClassDef) and any("Choices" in name_of(base) for base in node.bases):
        values = [line.value for line in node.body if isinstance(line, ast.Assign)]
        said = [value.elts[1] for value in values if isinstance(value, ast.Tuple)]
    else:
        sentence = isinstance(node, ast.Constant) and isinstance(node.value, str) and SENTENCE.match(node.value)
        yield from [node.value] if sentence else ()
        return
    for value in said:
        yield from words_in(value)


STRING = re.compile(
    r"""(?P<before>[\w.]*\(\s*|textContent (?:\?\?)?= )?(?P<words>"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)"""
)
COMMENT = re.compile(r"(?<![:\"'\\])//[^\n]*|/\*.*?\*/", re.DOTALL)
SELECTOR = re.compile(r"^[.#\[]|[#\[\]=>]")


def of_script(text: str) -> list[str]:
    """What a script says that is not a message: two words or more, or whatever it writes into the page."""
    found = []
    for match in STRING.finditer(COMMENT.sub("", text)):
        before, words = match[1] or "", re.sub(r"\$\{[^{}]*\}", "0", match[2][1:-1])
        if before.startswith(("gettext(", "TypeError(", "DOMException(", "querySelector")):
            continue
        written = before.startswith("textContent") and LETTERS.search(words)
        if written or (re.search(r"[^\W\d_]{2,}[ \d]+[^\W\d_]{2,}", words) and not SELECTOR.search(words)):
            found.append(words)
    return found


class WordingTests(SimpleTestCase):
    def assertNothing(self, found: dict[Path, list[str]]) -> None:
        said = [f"{path.relative_to(settings.BASE_DIR)}: {words}" for path, all_ in found.items() for words in all_]
        self.assertEqual(said, [], "not translatable")

    def test_templates(self):
        self.assertNothing({path: of_template(path.read_text()) for path in TEMPLATES})

    @tag("slow")
    def test_python(self):
        self.assertNothing(
            {path: of_python(path.read_text(), forms=not re.search("models", str(path))) for path in MODULES}
        )

    def test_scripts(self):
        self.assertNothing({path: of_script(path.read_text()) for path in SCRIPTS})

    def test_the_walks_see_what_is_bare(self):
        for bare in (
            "<p>Bare</p>",
            '<input placeholder="Bare">',
            "{% if a %}Bare{% endif %}",
            '{{ a|default:"nothing" }}',
            '<p>{{ a|date:"j M Y" }}</p>',
            '{% include "a.html" with summary="Not saved" %}',
            '<meta name="description" content="Bare">',
        ):
            self.assertTrue(of_template(bare), bare)
        for bare in (
            'messages.info(request, "Bare")',
            'messages.info(request, f"{one} bare")',
            'raise ValidationError("Bare")',
            'form.add_error(None, "Bare" if one else _("Not"))',
            'forms.CharField(label="Bare")',
            'forms.CharField(widget=forms.TextInput({"placeholder": "Bare"}))',
            'labels = {"one": "Bare"}',
            'class One(models.TextChoices):\n    ONE = "one", "Bare"',
            'said = "This is bare."',
        ):
            self.assertTrue(of_python(bare), bare)
        for bare in ('say("This is bare")', "say(`Sending ${name} now`)", 'line.textContent = "Bare"'):
            self.assertTrue(of_script(bare), bare)

    def test_the_walks_pass_over_messages(self):
        message = '<p title="{% translate "Bare" %}">{% blocktranslate %}Bare{% endblocktranslate %}</p>'
        self.assertEqual(of_template(message + '{{ a|default:_("bare") }}{{ b|date:"DATE_FORMAT" }}'), [])
        self.assertEqual(of_python('messages.info(request, _("Bare %(one)s.") % {"one": "two"})'), [])
        self.assertEqual(of_script('say(gettext("This is bare")); find("[data-one] button")'), [])

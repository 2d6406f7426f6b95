"""Code as HTML, coloured by classes: pure, and bounded in time for whatever is written as code.

Only languages that are listed are known, each by its names; nobody guesses. What is long, or takes long, stays plain.
"""

import re
import time
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pygments.lexer import Lexer

LONGEST = 6_000  # characters of one block
# A pattern that goes wrong does so with the square or the cube of what it reads: no long lines, no wide gaps.
TOO_MUCH = re.compile(r"[^\n]{501}|\s{100}")
LONGEST_OF = {"csharp": 1_500, "java": 2_500}  # of lexers whose time grows with the cube of the block, or the square
MOST = 60_000  # characters of one text
MOST_SECONDS = 0.3  # of one text; asked between two words

# What it is called: the names by which a text asks for it, the first of them the lexer's.
LANGUAGES = {
    "Bash": "bash sh shell zsh",
    "Console": "console shell-session terminal",
    "C": "c h",
    "C++": "cpp c++ cxx hpp",
    "C#": "csharp c# cs",
    "CSS": "css",
    "Dart": "dart",
    "Diff": "diff patch udiff",
    "Docker": "docker dockerfile",
    "Elixir": "elixir ex exs",
    "Erlang": "erlang erl",
    "Go": "go golang",
    "GraphQL": "graphql gql",
    "Haskell": "haskell hs",
    "HTML": "html htm xhtml",
    "HTTP": "http",
    "INI": "ini cfg dosini",
    "Java": "java",
    "JavaScript": "javascript js jsx mjs cjs",
    "JSON": "json jsonc",
    "Julia": "julia jl",
    "Kotlin": "kotlin kt",
    "Lua": "lua",
    "Makefile": "make makefile mf",
    "Markdown": "markdown md",
    "nginx": "nginx",
    "Nix": "nix",
    "Objective-C": "objective-c objc",
    "OCaml": "ocaml ml",
    "Perl": "perl pl",
    "PHP": "php",
    "PowerShell": "powershell ps1 pwsh",
    "Python": "python py python3",
    "R": "r",
    "Ruby": "ruby rb",
    "Rust": "rust rs",
    "Scala": "scala",
    "SCSS": "scss",
    "SQL": "sql postgresql postgres sqlite mysql",
    "Swift": "swift",
    "TOML": "toml",
    "TypeScript": "typescript ts tsx",
    "Vim": "vim",
    "XML": "xml svg rss",
    "YAML": "yaml yml",
    "Zig": "zig",
}
_NAMES = {name: (label, names.split()[0]) for label, names in LANGUAGES.items() for name in names.split()}

# The kinds that are told apart, as Pygments writes them, the longer first: see static/css/components/code.css.
CLASSES = {
    "Token.Comment.Preproc": "k",
    "Token.Comment.PreprocFile": "s",
    "Token.Comment": "c",
    "Token.Keyword.Constant": "n",
    "Token.Keyword.Type": "t",
    "Token.Keyword": "k",
    "Token.Operator.Word": "k",
    "Token.Literal.String": "s",
    "Token.Literal": "n",
    "Token.Name.Function": "f",
    "Token.Name.Decorator": "f",
    "Token.Name.Class": "t",
    "Token.Name.Tag": "k",
    "Token.Name.Builtin": "t",
    "Token.Name.Exception": "t",
    "Token.Name.Attribute": "f",
    "Token.Generic.Inserted": "i",
    "Token.Generic.Deleted": "d",
    "Token.Generic.Heading": "k",
    "Token.Generic.Subheading": "k",
    "Token.Generic.Prompt": "c",
}
_class_of: dict[object, str] = {}


class Purse:
    """What is left to spend on the code of one text."""

    def __init__(self) -> None:
        self.characters, self.until = MOST, 0.0


def label(info: str) -> str:
    """What the language that is asked for is called; "" if it is none of ours."""
    return _NAMES.get(named(info), ("", ""))[0]


def highlight(code: str, info: str, purse: Purse) -> str | None:
    """`code` as HTML, the language that `info` begins with coloured; None where it has to stay plain."""
    name = _NAMES.get(named(info), ("", ""))[1]
    if len(code) > min(LONGEST_OF.get(name, LONGEST), purse.characters) or TOO_MUCH.search(code):
        return None
    purse.characters -= len(code)
    if not (lexer := _lexer(name)):
        return None
    purse.until = purse.until or time.thread_time() + MOST_SECONDS
    parts, said, kind = [], "", ""
    for ours, text in _pieces(lexer, code):
        if ours != kind and (not text.isspace() or kind in "id"):  # a line that was added ends before the next
            parts.append(_piece(said, kind))
            said, kind = "", ours
            if time.thread_time() > purse.until:
                purse.characters = 0
                return None
        said += text
    return "".join([*parts, _piece(said, kind)])


def named(info: str) -> str:
    """The language that is asked for: the same by ```python title="x", ```Python and ```{.python}."""
    first = info.replace(",", " ").split(maxsplit=1)
    return first[0].strip("{}.").lower() if first else ""


def _lexer(name: str) -> "Lexer | None":
    from pygments.lexers import find_lexer_class_by_name  # noqa: PLC0415 - the first code of a process pays for it
    from pygments.util import ClassNotFound  # noqa: PLC0415

    try:
        return find_lexer_class_by_name(name)(stripnl=False, ensurenl=False) if name else None
    except ClassNotFound:
        return None


def _pieces(lexer: "Lexer", code: str) -> Iterator[tuple[str, str]]:
    for kind, text in lexer.get_tokens(code):
        if (ours := _class_of.get(kind)) is None:
            named = f"{kind}."
            ours = _class_of[kind] = next((CLASSES[one] for one in CLASSES if named.startswith(f"{one}.")), "")
        yield ours, text


def _piece(text: str, kind: str) -> str:
    # Quotes as they are: the cleaner writes them so.
    said = escape(text, quote=False)
    return f'<span class="{kind}">{said}</span>' if kind and said else said

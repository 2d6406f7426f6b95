"""Markdown to safe HTML, and what can be told from a text: excerpt, words, reading time. Pure functions.

Two walls stand between an author's text and a reader's browser: the parser passes no HTML through, and what it
makes is cleaned against a list of what is allowed. Nothing touches the HTML after that.
"""

import math
import re
from collections.abc import Sequence
from html import unescape

import nh3
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

EXCERPT_LENGTH = 200  # characters
WORDS_PER_MINUTE = 238  # silent reading of English non-fiction: Brysbaert 2019, a meta-analysis of 190 studies
IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")  # counted as a word each

_CLEANER = nh3.Cleaner(
    tags={
        *("p", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "hr", "br", "pre", "code"),
        *("em", "strong", "s", "a", "img", "sup", "section", "label", "input"),
        *("div", "table", "thead", "tbody", "tr", "th", "td"),
    },
    attributes={
        "a": {"href", "title", "class", "id"},
        "img": {"src", "alt", "title", "loading"},
        "ol": {"start"},
        "li": {"id", "class"},
        "code": {"class"},
        "input": {"checked", "disabled"},
    },
    tag_attribute_values={
        "input": {"type": {"checkbox"}},
        "section": {"class": {"footnotes"}},
        "sup": {"class": {"footnote-ref"}},
        "div": {"class": {"prose-table"}},
        "th": {"class": {"align-center", "align-right"}},
        "td": {"class": {"align-center", "align-right"}},
    },
    # What scrolls sideways must be reachable by keyboard.
    set_tag_attribute_values={"pre": {"tabindex": "0"}, "div": {"tabindex": "0"}},
    # Only the names that the footnote plugin makes: an author cannot name an element.
    attribute_filter=lambda tag, name, value: (
        value if name != "id" or re.fullmatch(r"fn(ref)?\d+(:\d+)?", value) else None
    ),
    url_schemes={"http", "https", "mailto"},
    link_rel="nofollow ugc noopener",
)


def render(markdown: str) -> SafeString:
    """Safe HTML for a text; its top heading is <h2>, for the page's <h1> is the title."""
    return rendered(_CLEANER.clean(_PARSER.render(markdown)))


def rendered(html: str) -> SafeString:
    """What `render` made and the database kept, for a template. Never give it anything else."""
    return mark_safe(html)  # noqa: S308


def plain_text(html: str) -> str:
    """What `render` made, as one line of text, without code blocks and footnotes."""
    html = re.sub(r"<pre.*?</pre>|<sup.*?</sup>|<section.*?</section>", " ", html, flags=re.DOTALL)
    return " ".join(strip_tags(re.sub(r"<(p|h\d|li|td|th|br|hr|blockquote)", r" <\1", html)).split())


def excerpt(html: str) -> str:
    """The beginning of a rendered text, at most EXCERPT_LENGTH characters, ended at a word."""
    words = unescape(plain_text(re.sub(r"<h\d.*?</h\d>", " ", html, flags=re.DOTALL)))
    short = Truncator(words).chars(EXCERPT_LENGTH - len(" …"), truncate="")
    return words if short == words else f"{short.rsplit(' ', 1)[0].rstrip(',;:.–— ')} …"


def count_words(markdown: str) -> int:
    """Words in a text; in scripts without spaces each character counts as one."""
    return len(IDEOGRAPH.findall(markdown)) + len(IDEOGRAPH.sub(" ", markdown).split())


def reading_minutes(words: int) -> int:
    """Minutes that `words` take to read, at least one."""
    return max(1, math.ceil(words / WORDS_PER_MINUTE))


def _lower_first_headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.tag == "h1":
            token.tag = "h2"


def _align_by_class(state: StateCore) -> None:
    """The parser aligns cells by an inline style, which the content security policy forbids."""
    for token in state.tokens:
        if token.type in {"th_open", "td_open"} and (style := token.attrs.pop("style", None)):
            token.attrSet("class", str(style).replace("text-align:", "align-"))


class _Renderer(RendererHTML):
    def image(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        """A picture from elsewhere becomes a link: no page of ours loads from a foreign host."""
        token = tokens[index]
        source = str(token.attrGet("src") or "")
        if source.startswith("/") and not source.startswith("//"):
            token.attrSet("loading", "lazy")
            return super().image(tokens, index, options, env)
        alt = self.renderInlineAsText(token.children, options, env) or source
        return f'<a href="{nh3.clean_text(source)}">{nh3.clean_text(alt)}</a>'

    def table_open(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        return '<div class="prose-table"><table>\n'

    def table_close(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        return "</table></div>\n"


_PARSER = (
    MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer)
    .enable(["table", "strikethrough"])
    .use(footnote_plugin)
    .use(tasklists_plugin, label=True)
)
_PARSER.core.ruler.push("lower_first_headings", _lower_first_headings)
_PARSER.core.ruler.push("align_by_class", _align_by_class)

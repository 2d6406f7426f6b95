"""Markdown to safe HTML, and what can be told from a text: excerpt, words, reading time. Pure functions.

Two walls stand between an author's text and a reader's browser: the parser passes no HTML through, and what it
makes is cleaned against a list of what is allowed. After that, only place_pictures() and posts/feeds.py write into
it, and escape what they add.
"""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from html import unescape
from itertools import islice
from uuid import UUID

import nh3
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext
from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLink, validateLink
from markdown_it.common.utils import escapeHtml, unescapeAll
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_ref, render_footnote_anchor, render_footnote_ref

from core.images.html import picture
from core.images.models import Image
from posts.markup.code import CLASSES, LANGUAGES, Purse, highlight, label, named
from posts.markup.headings import Headings, anchor_headings, contents, is_anchor, listed
from posts.markup.links import AWAY, LONGEST_ADDRESS, card_addresses, leads_away, link_addresses, mark_links

_DATA_ESCAPES = {letter: f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"}
EXCERPT_LENGTH = 200  # characters
WORDS_PER_MINUTE = 238  # silent reading of English non-fiction: Brysbaert 2019, a meta-analysis of 190 studies
IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")  # counted as a word each

# How much markup of one text is read. Beyond it the words stay, shown as they were typed.
MOST_BLOCKS = 60_000  # attempts to begin or to end a block; a line takes two or three
MOST_INLINES = 60_000  # attempts to read a link, an emphasis, a piece of text between them
MOST_CELLS = 10_000  # of all tables
DEEPEST = 100  # blocks in blocks; a list and its item are two
DEEPEST_LINKS = 20  # brackets in brackets

DECORATIVE = "decorative"  # the description of a picture that needs none
MOST_PICTURES = 500  # of one text; those after them are not shown
USUAL_ADDRESS = 300  # characters; longer ones are not kept in memory

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_PICTURE = re.compile(rf"/images/({_UUID})(?![0-9a-f-])")
# An image as _CLEANER writes it; alone in its paragraph, with that: else `close` would be another's.
_IMAGE = rf'<img src="/images/(?P<name>{_UUID})"(?: alt="(?P<alt>[^"]*)")?(?: title="(?P<title>[^"]*)")?>'
_PLACE = re.compile(rf"(?P<open><p>(?={_IMAGE.replace('?P<', '?P<_')}</p>))?{_IMAGE}(?(open)</p>)")
_UNDESCRIBED = re.compile(rf"!\[\s*\]\(\s*/images/{_UUID}")
_BOX = re.compile(r"<input[^>]*> ?")  # as _CLEANER writes it: in a text "<" is always escaped
_TASK = re.compile(r"\[([ xX])\](?=\s)")
_NOTE_REFERENCE = re.compile(r"\[\^[^\] \n]{1,100}\]")
_LONG_TEXT = re.compile(r">[^<>]{5000,}")  # after a tag: an attribute has no bare ">"
# A title or a description; a bare quote is in tags only. Short ones are matched too, as they stand: what is between
# two values, be it all that follows a link, must not be taken for one.
_VALUE = re.compile(r'"([^"]{0,10000})[^"]*"')

_OWN_ID = re.compile(r"fn(ref)?\d+(:\d+)?")

_CLEANER = nh3.Cleaner(
    tags={
        *("p", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "hr", "br", "pre", "code"),
        *("em", "strong", "s", "a", "img", "sup", "section", "label", "input", "wbr", "small", "span"),
        *("div", "table", "thead", "tbody", "tr", "th", "td"),
    },
    attributes={
        **{f"h{level}": {"id"} for level in range(2, 7)},
        "a": {"href", "title", "class", "id", "aria-label"},
        "img": {"src", "alt", "title"},
        "ol": {"start"},
        "li": {"id", "class"},
        "code": {"class"},
        "input": {"checked", "disabled"},
    },
    tag_attribute_values={
        # The roles are what a screen reader says in its own language.
        "a": {"role": {"doc-noteref", "doc-backlink"}, "rel": {AWAY}},
        "input": {"type": {"checkbox"}},
        "p": {"class": {"link-card"}},
        "pre": {"data-language": {*LANGUAGES}},
        "span": {"class": {*CLASSES.values()}},
        "section": {"class": {"footnotes"}},
        "sup": {"class": {"footnote-ref"}},
        "div": {"class": {"prose-table"}},
        "th": {"class": {"align-center", "align-right"}},
        "td": {"class": {"align-center", "align-right"}},
    },
    # What scrolls sideways must be reachable by keyboard.
    set_tag_attribute_values={"pre": {"tabindex": "0"}, "div": {"tabindex": "0"}},
    # Only the names that the footnote plugin and headings.py make: an author cannot name an element.
    attribute_filter=lambda tag, name, value: (
        value if name != "id" or _OWN_ID.fullmatch(value) or (tag[0] == "h" and is_anchor(value)) else None
    ),
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)
_without_tags = nh3.Cleaner(tags=set()).clean  # in a quarter of the time of Django's strip_tags


def render(markdown: str) -> SafeString:
    """Safe HTML for a text; its top heading is <h2>, for the page's <h1> is the title."""
    env = {"pictures": set(pictures(markdown)), "purse": Purse()}
    html = _VALUE.sub(r'"\1"', _PARSER.render(markdown, env))
    return rendered(_CLEANER.clean(_LONG_TEXT.sub(_part, html)))


def rendered(html: str) -> SafeString:
    """What `render` made and the database kept, for a template. Never give it anything else."""
    return mark_safe(html)  # noqa: S308


def headings(html: str) -> Headings:
    """What `render` made, as [[level, id, words], ...]."""
    return listed(html)


def table_of_contents(headings: Headings) -> SafeString:
    """A list of links to `headings`."""
    return mark_safe(contents(headings))  # noqa: S308 - every piece of it is escaped there


def ticked_in_words(html: SafeString) -> SafeString:
    """What `render` made, for programs that leave out the boxes of a list of tasks."""
    return mark_safe(_BOX.sub(lambda box: "☑ " if "checked" in box[0] else "☐ ", html))  # noqa: S308


def data_block(data: dict) -> SafeString:
    """Data for machines, in a <script> that no browser runs; nothing in it can end that, nor begin a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for letter, escaped in _DATA_ESCAPES.items():
        text = text.replace(letter, escaped)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308


def place_pictures(html: str, images: Mapping[UUID, Image], draw: Callable[..., SafeString] = picture) -> SafeString:
    """What `render` made, with those of our pictures that it names in their sizes; of others, their descriptions.

    One that stands alone is a figure, and its title the caption. Every piece is one of _CLEANER's or escaped here.
    """

    def placed(found: re.Match[str]) -> str:
        image, alt = images.get(UUID(found["name"])), unescape(found["alt"] or "")
        if image is None:
            said = alt or gettext("A picture that is no longer kept.")
            shown = format_html('<span class="picture-lost">{}</span>', said)
        else:
            shown = draw(image, "body", alt="" if alt.strip().lower() == DECORATIVE else alt)
        if found["open"] is None:
            return shown
        caption = format_html("<figcaption>{}</figcaption>", unescape(found["title"])) if found["title"] else ""
        return f"<figure>{shown}{caption}</figure>"

    return rendered(_PLACE.sub(placed, html))


def without_description(markdown: str) -> int:
    """How many of our pictures a text shows without saying what they show, or that they are decorative."""
    return len(_UNDESCRIBED.findall(markdown))


def plain_text(html: str) -> str:
    """What `render` made, as one line of text, without code blocks, footnotes and the hosts of cards."""
    html = re.sub(r"<(pre|sup|section|small)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(_without_tags(re.sub(r"<(p|h\d|li|td|th|br|hr|blockquote)", r" <\1", html)).split())


def words_seen(markdown: str) -> str:
    """A text as readers see it, in paragraphs: without marks and notes to oneself, with the addresses of links."""
    parts = re.split("(<pre.*?</pre>)", render(markdown), flags=re.DOTALL)
    parts[::2] = [_in_paragraphs(part) for part in parts[::2]]
    seen = unescape(_without_tags("\n\n".join(parts)))
    return re.sub(r"•\s+", "• ", re.sub(r"(?<! ) *+\n *+\n\s*", "\n\n", seen)).strip()


def _in_paragraphs(html: str) -> str:
    html = re.sub('<a role="doc-backlink".*?</a>', "", " ".join(html.split()))
    html = re.sub(r'<img [^>]*?alt="([^"]*)"[^>]*>', r"[\1]", html)
    html = re.sub(r'<a [^>]*?href="([^"#][^"]*)"[^>]*>(.*?)</a>', _with_address, html)
    html = re.sub(r"<br> ?|<hr>|<(p|h\d|ul|ol|blockquote|table|tr|section)\b[^>]*> ?", r"\n\n\g<0>", html)
    return re.sub("<li[^>]*> ?(<p>)?", "\n\n• ", html.replace("</td>", "  "))


def _with_address(link: re.Match[str]) -> str:
    return link[2] if link[1] == link[2] else f"{link[2]} ({link[1]})"


def excerpt(html: str) -> str:
    """The beginning of a rendered text, at most EXCERPT_LENGTH characters, ended at a word."""
    words = unescape(plain_text(re.sub(r"<h\d.*?</h\d>", " ", html, flags=re.DOTALL)))
    short = Truncator(words).chars(EXCERPT_LENGTH - len(" …"), truncate="")
    return words if short == words else f"{short.rsplit(' ', 1)[0].rstrip(',;:.–— ')} …"


def count_words(markdown: str) -> int:
    """Words in a text; in scripts without spaces each character counts as one."""
    return len(IDEOGRAPH.findall(markdown)) + len(IDEOGRAPH.sub(" ", markdown).split())


def pictures(text: str) -> list[UUID]:
    """Which of our pictures a text, or what was rendered from it, names by their address; each once."""
    names = dict.fromkeys(found[1] for found in _PICTURE.finditer(text))
    return [UUID(name) for name in islice(names, MOST_PICTURES)]


def reading_minutes(words: int) -> int:
    """Minutes that `words` take to read, at least one."""
    return max(1, math.ceil(words / WORDS_PER_MINUTE))


def reading_time(words: int) -> SafeString:
    """How long a text of so many words takes, short for those who see it and whole for those who hear it."""
    minutes = reading_minutes(words)
    short = gettext("%(minutes)s min") % {"minutes": minutes}
    whole = ngettext("%(minutes)s minute to read", "%(minutes)s minutes to read", minutes) % {"minutes": minutes}
    return format_html('<span aria-hidden="true">{}</span><span class="visually-hidden">{}</span>', short, whole)


def _lower_headings(state: StateCore) -> None:
    """All by one where the text uses the first level, which is the title's: what stands under what stays so."""
    if any(token.tag == "h1" for token in state.tokens):
        for token in state.tokens:
            if token.type in {"heading_open", "heading_close"}:
                token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"


def _align_by_class(state: StateCore) -> None:
    """The parser aligns cells by an inline style, which the content security policy forbids."""
    for token in state.tokens:
        if token.type in {"th_open", "td_open"} and (style := token.attrs.pop("style", None)):
            token.attrSet("class", str(style).replace("text-align:", "align-"))


def _label_tasks(state: StateCore) -> None:
    """List items that begin with [ ] or [x] get a checkbox, and their first line is its label."""
    for item, paragraph, inline in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if item.type == "list_item_open" and paragraph.type == "paragraph_open":
            text = inline.children[0] if inline.children else None
            if text and text.type == "text" and (mark := _TASK.match(inline.content)):
                text.content = text.content.removeprefix(mark[0])
                item.attrSet("class", "task-list-item")
                checked = "" if mark[1] == " " else " checked"
                inline.children = [
                    _html(f'<label><input{checked} disabled type="checkbox">'),
                    *inline.children,
                    _html("</label>"),
                ]


def _html(content: str) -> Token:
    return Token("html_inline", "", 0, content=content)


def _spend(env: EnvType, purse: str, most: int) -> bool:
    """Count one attempt; whether there were too many."""
    env[purse] = env.get(purse, 0) + 1
    return env[purse] > most


def _plain_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """What is nested too deeply, or comes after too many blocks, is one paragraph.

    Asked first wherever a block may begin; silently, whether one that is open must end here.
    """
    spent = _spend(state.env, "blocks", MOST_BLOCKS)
    if silent or not (spent or state.level >= DEEPEST):
        return spent
    line = start + 1
    while line < end and (state.isEmpty(line) or state.sCount[line] >= state.blkIndent):
        line += 1
    state.line = line
    state.push("paragraph_open", "p", 1).map = [start, line]
    inline = state.push("inline", "", 0)
    inline.content = state.getLines(start, line, state.blkIndent, False).strip()
    inline.map, inline.children = [start, line], []
    state.push("paragraph_close", "p", -1)
    return True


def _plain_inline(state: StateInline, silent: bool) -> bool:
    """After too many inlines the rest is text; in too many brackets none is a link."""
    if not _spend(state.env, "inlines", MOST_INLINES) and state.level <= DEEPEST_LINKS:
        return False
    if not silent:
        state.append_pending(state.src[state.pos : state.posMax])
    state.pos = state.posMax
    return True


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table, while there are cells to spend: short rows under a wide head would make cells out of nothing."""
    columns = state.src.count("|", state.bMarks[start], state.eMarks[start]) + 1
    spent = state.env.get("cells", 0)
    rows = (MOST_CELLS - spent) // columns
    found = rows > 0 and table(state, start, min(end, start + 1 + rows), silent)
    if found and not silent:
        state.env["cells"] = spent + columns * (state.line - start)
    return found


def _footnote_reference(state: StateInline, silent: bool) -> bool:
    """The plugin looks for the end of a label as far as the text goes; ours ends after 100 characters."""
    return bool(_NOTE_REFERENCE.match(state.src, state.pos)) and footnote_ref(state, silent)


def _part(text: re.Match[str]) -> str:
    """The text with invisible marks in it: the cleaner's time grows with the square of an unbroken one."""
    return re.sub(r".{5000}[^&\s]*+", r"\g<0><wbr>", text[0], flags=re.DOTALL)


_normalized = lru_cache(maxsize=5000)(normalizeLink)  # a text has the same links in each of its saves


class _Renderer(RendererHTML):
    def image(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        """A picture that is none of the ledger's becomes a link: no page of ours loads from a foreign host, nor shows
        what nothing holds, be it one whose address is spelt so that pictures() does not find it.
        """
        token = tokens[index]
        source = str(token.attrGet("src") or "")
        if (ours := _PICTURE.fullmatch(source)) and UUID(ours[1]) in env["pictures"]:
            return super().image(tokens, index, options, env)
        alt = self.renderInlineAsText(token.children, options, env) or source
        rel = f' rel="{AWAY}"' if leads_away(source) else ""
        return f'<a href="{nh3.clean_text(source)}"{rel}>{nh3.clean_text(alt)}</a>'

    def fence(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        """Code, coloured if it says in which language it is, and that is one of ours."""
        code, info = tokens[index].content, unescapeAll(tokens[index].info).strip()
        if not (language := label(info)):
            return super().fence(tokens, index, options, env)
        colored = highlight(code, info, env["purse"]) or escapeHtml(code)
        return f'<pre data-language="{language}"><code class="language-{named(info)}">{colored}</code></pre>\n'

    def footnote_ref(self, *around: object) -> str:
        return render_footnote_ref(self, *around).replace("<a ", '<a role="doc-noteref" ')

    def footnote_anchor(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        """The way back is named by the number of its note, and of the place where the text has it."""
        meta = tokens[index].meta
        name = f"{meta['id'] + 1}:{meta['subId'] + 1}" if meta["subId"] > 0 else meta["id"] + 1
        html = render_footnote_anchor(self, tokens, index, options, env)
        return html.replace("<a ", f'<a role="doc-backlink" aria-label="{name}" ')

    def table_open(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        return '<div class="prose-table"><table>\n'

    def table_close(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        return "</table></div>\n"


_PARSER = (
    MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST + 2}, renderer_cls=_Renderer)
    .enable(["table", "strikethrough"])
    .use(footnote_plugin, inline=False)
)
for _rule in ("footnote_ref", "footnote_anchor"):
    _PARSER.add_render_rule(_rule, getattr(_Renderer, _rule))
_PARSER.validateLink = lambda url: len(url) <= LONGEST_ADDRESS and validateLink(url)
_PARSER.normalizeLink = lambda url: (_normalized if len(url) <= USUAL_ADDRESS else normalizeLink)(url)
_PARSER.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
_PARSER.block.ruler.before("table", "plain", _plain_block, {"alt": ["paragraph", "blockquote", "list", "reference"]})
_PARSER.inline.ruler.at("footnote_ref", _footnote_reference)
_PARSER.inline.ruler.before("text", "plain", _plain_inline)
_PARSER.core.ruler.after("inline", "label_tasks", _label_tasks)
_PARSER.core.ruler.push("link_addresses", link_addresses)
_PARSER.core.ruler.push("card_addresses", card_addresses)
_PARSER.core.ruler.push("lower_headings", _lower_headings)
_PARSER.core.ruler.push("anchor_headings", anchor_headings)
_PARSER.core.ruler.push("mark_links", mark_links)
_PARSER.core.ruler.push("align_by_class", _align_by_class)

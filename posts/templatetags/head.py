"""What the head of a page tells other sites, search engines and readers of feeds.

Written in one piece each: as variables of a template they would cost more than the rest of a page.
"""

from functools import cache, lru_cache

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from accounts.models import User
from core.images.presets import SOCIAL
from posts import card, markup, structured
from posts.feeds import TYPES, absolute
from posts.models import Post, Tag

register = template.Library()
register.filter(absolute)
register.filter(structured.locale_of)

MOST_HEADS = 1000  # of posts, some 4 kB each
HEADS: dict[tuple, SafeString] = {}
FORMS = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}
LINK = '<link rel="alternate" type="{}" title="{}" href="{}">'
TAG = '<meta property="article:tag" content="{}">'
OF_POST = """<link rel="canonical" href="{url}">
<meta name="author" content="{author}"><meta name="robots" content="max-image-preview:large">
<meta property="og:type" content="article"><meta property="og:url" content="{url}">\
<meta property="og:title" content="{title}"><meta property="og:description" content="{summary}">
<meta property="og:site_name" content="{site}"><meta property="og:locale" content="{locale}">
<meta property="og:image" content="{image}"><meta property="og:image:width" content="{width}">\
<meta property="og:image:height" content="{height}"><meta property="og:image:alt" content="{alt}">
<meta property="article:published_time" content="{published}">{changed}\
<meta property="article:author" content="{author_url}">{tags}
<meta name="twitter:card" content="summary_large_image">"""


@register.simple_tag
def post_head(post: Post) -> SafeString:
    """Of a public post: its one address, what other sites show of it, who is followed from here, and its data.

    Kept as long as it says the same: each time that anything public changes, every page is made anew.
    """
    author = post.author
    said = (
        *(post.slug, post.title, post.summary, post.language, post.word_count, post.published_at, post.changed_at),
        *(post.social_image, post.image_alt, author.username, str(author)),
        *((tag.slug, tag.name) for tag in post.tags.all()),
        *(settings.SITE_URL, settings.SITE_NAME, settings.LANGUAGE_CODE),
    )
    if (written := HEADS.get(said)) is None:
        parts = _post_metas(post), feed_links(), feed_links(author), structured_data(post)
        if len(HEADS) >= MOST_HEADS:
            HEADS.clear()
        written = HEADS[said] = format_html_join("\n", "{}", ((part,) for part in parts))
    return written


def _post_metas(post: Post) -> SafeString:
    """Of a public post: its one address, Open Graph, and what else other sites show of it."""
    changed = '<meta property="article:modified_time" content="{}">'
    return format_html(
        OF_POST,
        url=absolute(post.get_absolute_url()),
        title=post.title,
        summary=post.summary,
        author=str(post.author),
        author_url=absolute(post.author.get_absolute_url()),
        site=settings.SITE_NAME,
        locale=structured.locale_of(post.language or settings.LANGUAGE_CODE),
        image=post.social_image,
        width=SOCIAL[0],
        height=SOCIAL[1],
        alt=post.image_alt or post.title,
        published=post.published_at.isoformat(),
        changed=format_html(changed, post.changed_at.isoformat()) if post.changed_at else "",
        tags=format_html_join("", TAG, ((tag.name,) for tag in post.tags.all())),
    )


@register.simple_tag
def site_card() -> str:
    """The whole address of what lists are shown by elsewhere."""
    return _site_card(settings.SITE_URL, settings.SITE_NAME)


@cache
def _site_card(site_url: str, name: str) -> str:
    return f"{site_url}{reverse('site_social')}?{card.version(name)}"


@register.simple_tag
def structured_data(of: Post | User | None = None) -> SafeString:
    """The <script> that no browser runs, of a post, an author or the site."""
    if isinstance(of, Post):
        return markup.data_block(structured.of_post(of))
    if of:
        return markup.data_block(structured.of_author(of))
    return _site_data(get_language(), settings.SITE_URL, settings.SITE_NAME)


@lru_cache(maxsize=20)
def _site_data(*_: str) -> SafeString:
    return markup.data_block(structured.of_site())


@register.simple_tag
def feed_links(of: User | Tag | None = None) -> SafeString:
    """What is followed from here: the site, an author or a tag, by any reader of feeds."""
    if isinstance(of, User):
        return _feed_links("author_feed", f"{of} · {settings.SITE_NAME}", of.username)
    if of:
        return _feed_links("tag_feed", f"{of} · {settings.SITE_NAME}", of.slug)
    return _feed_links("feed", settings.SITE_NAME)


@lru_cache(maxsize=1000)
def _feed_links(kind: str, title: str, *word: str) -> SafeString:
    links = ((TYPES[form], f"{title} · {said}", reverse(f"{kind}_{form}", args=word)) for form, said in FORMS.items())
    return format_html_join("", LINK, links)


@register.simple_tag
def other_locales() -> list[str]:
    """Of a page of the interface: the languages that it can be read in, but for the one it is in."""
    here = get_language()
    return [structured.locale_of(language) for language, _ in settings.LANGUAGES if language != here]

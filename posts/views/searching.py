"""What readers look for, in words of their own."""

from collections.abc import Sequence
from typing import NamedTuple

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_safe

from core.htmx import render_page
from posts import languages, search
from posts.models import Post, PostTag, Tag
from posts.search.marking import Piece, excerpt, marked
from posts.search.terms import Query, fold, read

PAGE_SIZE = 10  # fixed by the contract
NEWEST_POSTS, MOST_TAGS = 20, 12  # whose tags are proposed


class Result(NamedTuple):
    """A post that was found, with what was looked for marked in it."""

    post: Post
    title: list[Piece]
    excerpt: list[Piece]

    @property
    def title_html(self) -> str:
        return _html(self.title)

    @property
    def excerpt_html(self) -> str:
        return _html(self.excerpt)

    @property
    def attributes(self) -> str:
        return languages.where_it_differs(self.post.language)


def _html(pieces: Sequence[Piece]) -> str:
    """Made here, for a template takes as long for each piece as for a whole title."""
    parts = (format_html("<mark>{}</mark>", text) if is_match else text for text, is_match in pieces)
    return format_html_join("", "{}", ((part,) for part in parts))


def _results(pks: Sequence[int], query: Query) -> list[Result]:
    """Two queries. A post that was taken back meanwhile is left out."""
    posts = Post.objects.published().select_related("author").prefetch_related("tags")
    author = ("author__username", "author__display_name")
    shown = ("title", "slug", "content_html", "summary", "published_at", "language", *author)
    found = posts.only(*shown).in_bulk(list(pks))
    return [_result(found[pk], query) for pk in pks if pk in found]


def _result(post: Post, query: Query) -> Result:
    text = search.text_of(post.content_html)
    return Result(post, marked(post.title, query), excerpt(text, query) or marked(post.summary, query))


def _newest_tags() -> list[Tag]:
    newest = Post.objects.published().newest_first().values("pk")[:NEWEST_POSTS]
    taggings = PostTag.objects.filter(post__in=newest).select_related("tag").order_by("-published_at", "-post", "tag")
    return list(dict.fromkeys(tagging.tag for tagging in taggings))[:MOST_TAGS]


def _as_written(query: Query, results: Sequence[Result]) -> str:
    """`query` in the spelling of the posts that it found: words are kept without accents and capitals."""
    pieces = (piece.text for result in results for piece in (*result.excerpt, *result.title) if piece.is_match)
    spelt = {fold(text): text.lower() for text in pieces}
    return " ".join(spelt.get(term.typed, term.typed) for term in query.terms)


@require_safe
def post_search(request: HttpRequest) -> HttpResponseBase:
    asked = read(request.GET.get("q", ""))
    found = search.search(asked, exactly="exactly" in request.GET)
    page = Paginator(found.posts, PAGE_SIZE).get_page(request.GET.get("page"))
    results = _results(page.object_list, found.query)
    context = {
        "asked": asked,
        "found": found,
        "corrected": _as_written(found.query, results) if found.kind == "corrected" else "",
        "page": page,
        "results": results,
        "tags": [] if results else _newest_tags(),
        "query": request.GET,
    }
    return render_page(request, "posts/post_search.html", context, partial="post-search", public=True)

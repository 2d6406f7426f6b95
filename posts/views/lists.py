"""What everybody may find posts by: the newest, a tag, an author, a month."""

from datetime import date
from itertools import groupby

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.models import User
from core.htmx import ignores_query, is_partial, render_page
from posts.models import Post, PostTag, Tag
from posts.models.archive import line_of, months
from posts.models.listing import Key, Line, page, page_behind
from posts.models.visibility import public

TAGS = 300  # on a page


def _list_page(
    request: HttpRequest, template: str, line: Line, /, *, may_be_empty: bool = False, **context: object
) -> HttpResponseBase:
    """The page of `line` that ?page= asks for, or the nearest there is.

    Where "Older posts" is pressed on the page before, what stands there says behind which post to go on: a number
    would show one twice that a newer one has pushed on, and must be counted up to.
    """
    asked, partial = request.GET.get("page") or "1", "post-list"
    key = Key.read(request.GET.get("after", "")) if is_partial(request) else None
    if key and asked.isdecimal():
        shown, partial = page_behind(line, key, int(asked[:15])), "posts/post_list_more.html"
    else:
        shown = page(line, asked)
        if not (shown or may_be_empty):
            raise Http404
    return render_page(request, template, {"page": shown, **context}, partial=partial, public=True)


@require_safe
def post_list(request: HttpRequest) -> HttpResponseBase:
    return _list_page(request, "posts/post_list.html", Line(Post.objects), may_be_empty=True)


@require_safe
def tag_detail(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Not there unless something public is about it: what drafts are about is nobody's business."""
    tag = get_object_or_404(Tag, slug=slug)
    return _list_page(request, "posts/tag_detail.html", Line(PostTag.objects.filter(tag=tag)), tag=tag)


@require_safe
def tag_list(request: HttpRequest) -> HttpResponseBase:
    shown = Paginator(Tag.objects.filter(Exists(PostTag.objects.filter(public(), tag=OuterRef("pk")))), TAGS)
    context = {"page": shown.get_page(request.GET.get("page")), "query": request.GET}
    return render_page(request, "posts/tag_list.html", context, partial="tag-list", public=True)


@require_safe
def author_detail(request: HttpRequest, username: str) -> HttpResponseBase:
    """Of one who writes no more, what she wrote stays."""
    author = get_object_or_404(User.objects.named(username).select_related("avatar"))
    line = Line(Post.objects.filter(author=author))
    return _list_page(request, "posts/author_detail.html", line, may_be_empty=author.is_active, author=author)


@require_safe
@ignores_query
def archive(request: HttpRequest) -> HttpResponseBase:
    years = [(year, list(found)) for year, found in groupby(months(), lambda month: month.year)]
    return render_page(request, "posts/archive.html", {"years": years}, partial="archive", public=True)


@require_safe
def archive_year(request: HttpRequest, year: int) -> HttpResponseBase:
    if not (line := line_of(year)):
        raise Http404
    return _list_page(request, "posts/archive_year.html", line, year=year)


@require_safe
def archive_month(request: HttpRequest, year: int, month: int) -> HttpResponseBase:
    if not (line := line_of(year, month)):
        raise Http404
    return _list_page(request, "posts/archive_month.html", line, year=year, month=date(year, month, 1))

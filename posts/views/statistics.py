"""How often one's own posts were read."""

from typing import NamedTuple

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from core.htmx import render_page
from posts.models import Post, Reads
from posts.models.reads import Span

SPANS = (7, 30, 90, 365)  # days to look back
USUAL = 30
WIDTH, HEIGHT = 720, 160  # of the drawing, in its own units


class Bar(NamedTuple):
    x: float
    y: float
    width: float
    height: float


def _bars(span: Span) -> list[Bar]:
    """A bar for each day that had a read; they stand close, and none is too low to be seen."""
    most, step = max(span.best[1], 1), WIDTH / len(span.days)
    bars = []
    for place, (_, number) in enumerate(span.days):
        height = max(round(number / most * HEIGHT, 1), 2) if number else 0
        if height:
            bars.append(Bar(round(place * step, 2), HEIGHT - height, round(step * 0.8, 2), height))
    return bars


def _reads_page(request: HttpRequest, template: str, reads: object, **context: object) -> HttpResponseBase:
    asked = request.GET.get("days", "")
    days = int(asked) if asked in map(str, SPANS) else USUAL
    span = reads.last_days(days)
    context |= {"span": span, "days": days, "spans": SPANS, "bars": _bars(span), "total": reads.total()}
    context |= {"rows": [*reversed(span.days)], "width": WIDTH, "height": HEIGHT}
    return render_page(request, template, context, partial="post-reads")


@login_required
@require_safe
def post_reads(request: HttpRequest, slug: str) -> HttpResponseBase:
    post = get_object_or_404(Post.objects.editable_by(request.user).at(slug))
    return _reads_page(request, "posts/post_reads.html", post.reads.all(), post=post)


@login_required
@require_safe
def my_reads(request: HttpRequest) -> HttpResponseBase:
    reads = Reads.objects.filter(post__in=Post.objects.editable_by(request.user))
    return _reads_page(request, "posts/post_reads.html", reads)

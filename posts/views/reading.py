"""What everybody may read: the post."""

import hashlib
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.htmx import ignores_query, moved_to, render_page, see_other
from posts import card, languages
from posts.models import Address, Around, Post, Revision
from posts.models.reading import post_at

CARD_FOR = 24 * 3600  # seconds


@require_safe
@ignores_query
def post_detail(request: HttpRequest, slug: str) -> HttpResponseBase:
    if not (post := post_at(slug, request.user)):
        return _elsewhere(request, slug)
    if not post.version:  # its author's: nothing but a working copy
        return see_other(request, reverse("post_edit", args=[slug]))
    post.fetch_pictures()
    is_author, is_public = post.author_id == request.user.pk, post.status == "published"
    context = {"post": post, "is_author": is_author, "is_public": is_public, "merged": None, "corrections": None}
    context |= languages.around(post.language)
    if is_public:
        context["around"] = Around.of(post)
        if post.change_count:
            context["corrections"] = post.revisions.corrections()
    if is_author:
        merged = post.revisions.filter(number=post.version, reason=Revision.Reason.MERGED).first()
        context |= {"merged": merged, "merged_by": merged and merged.others().said(request.user)}
    response = render_page(request, "posts/post_detail.html", context, partial="post", public=is_public)
    if is_public and not is_author:
        response.read = post.pk  # core/pagecache counts it
    return response


def _elsewhere(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What an address says at which no post stands: where it is now, or that it was removed. Raises Http404."""
    if moved := Post.objects.visible_to(request.user).at(slug).first():
        return moved_to(request, moved.get_absolute_url(), public=moved.status == "published")
    is_own = Post.trash.editable_by(request.user).at(slug).exists()
    gone = Address.objects.gone().filter(slug=slug), Post.trash.once_public().at(slug)
    if not (is_own or any(found.exists() for found in gone)):
        raise Http404
    context = {"is_own": is_own}
    return render_page(request, "posts/post_gone.html", context, partial="post-gone", status=410, public=True)


@require_safe
def post_social(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What other sites show of a public post that has no picture."""
    post = get_object_or_404(Post.objects.published().select_related("author").at(slug))
    return _drawn(post.title, str(post.author), settings.SITE_NAME)


@require_safe
def site_social(request: HttpRequest) -> HttpResponse:
    """What other sites show of a list."""
    return _drawn(settings.SITE_NAME, urlsplit(settings.SITE_URL).netloc, "")


def _drawn(*words: str) -> HttpResponse:
    key = f"card:{hashlib.sha256(repr(words).encode()).hexdigest()}"
    try:
        drawn = cache.get_or_set(key, lambda: card.draw(*words), CARD_FOR)
    except Exception:  # noqa: BLE001, RUF100  whatever becomes of Redis, it is drawn
        drawn = card.draw(*words)
    return HttpResponse(drawn, "image/png", headers={"Cache-Control": f"public, max-age={CARD_FOR}"})

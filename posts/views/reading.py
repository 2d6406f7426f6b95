"""What everybody may read: the lists and the post."""

import hashlib

from django.conf import settings
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import User
from core.htmx import moved_to, render_page, see_other
from posts import card
from posts.models import Post, Revision, Tag
from posts.models.post import PostQuerySet

PAGE_SIZE = 10  # fixed by the contract
CARD_FOR = 24 * 3600  # seconds


def _listed(request: HttpRequest, posts: PostQuerySet) -> dict[str, object]:
    """The page of `posts` that ?page= asks for, or the nearest there is."""
    page = Paginator(posts.newest_first().with_all_for_list(), PAGE_SIZE).get_page(request.GET.get("page"))
    return {"page": page, "query": request.GET}


@require_safe
def post_list(request: HttpRequest) -> HttpResponseBase:
    context = _listed(request, Post.objects.published())
    return render_page(request, "posts/post_list.html", context, partial="post-list", public=True)


@require_safe
def tag_detail(request: HttpRequest, slug: str) -> HttpResponseBase:
    tag, posts = get_object_or_404(Tag, slug=slug), Post.objects.published().filter(tags__slug=slug)
    if not posts.exists():
        raise Http404  # what drafts are about is nobody's business
    context = {"tag": tag, **_listed(request, posts)}
    return render_page(request, "posts/tag_detail.html", context, partial="post-list", public=True)


@require_safe
def author_detail(request: HttpRequest, username: str) -> HttpResponseBase:
    author = get_object_or_404(User.objects.named(username).select_related("avatar"), is_active=True)
    context = {"author": author, **_listed(request, Post.objects.published().filter(author=author))}
    return render_page(request, "posts/author_detail.html", context, partial="post-list", public=True)


@require_safe
def post_detail(request: HttpRequest, slug: str) -> HttpResponseBase:
    posts = Post.objects.visible_to(request.user).select_related("author", "featured_image")
    post = posts.prefetch_related("tags").defer("content").filter(slug=slug).first()
    if post is None:
        moved = get_object_or_404(Post.objects.visible_to(request.user).at(slug))
        return moved_to(request, moved.get_absolute_url())
    if not post.version:  # its author's: nothing but a working copy
        return see_other(request, reverse("post_edit", args=[slug]))
    context = {"post": post, "is_author": post.author_id == request.user.pk}
    if context["is_author"]:
        merged = post.revisions.filter(number=post.version, reason=Revision.Reason.MERGED).first()
        context |= {"merged": merged, "merged_by": merged and merged.others().said(request.user)}
    return render_page(request, "posts/post_detail.html", context, partial="post", public=post.status == "published")


@require_safe
def post_social(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What other sites show of a public post that has no picture."""
    post = get_object_or_404(Post.objects.published().select_related("author"), slug=slug)
    words = (post.title, str(post.author), settings.SITE_NAME)
    key = f"card:{hashlib.sha256(repr(words).encode()).hexdigest()}"
    drawn = cache.get_or_set(key, lambda: card.draw(*words), CARD_FOR)
    return HttpResponse(drawn, "image/png", headers={"Cache-Control": f"public, max-age={CARD_FOR}"})

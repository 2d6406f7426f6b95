"""The history of a post: every save, what changed in it, and the way back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from core.htmx import render_page, see_other
from posts import diff
from posts.models import Conflict, Post, Revision, WorkingCopy

PAGE_SIZE = 50


def _post(request: HttpRequest, slug: str) -> Post:
    return get_object_or_404(Post.objects.editable_by(request.user).at(slug))


def _revision(request: HttpRequest, slug: str, pk: int) -> Revision:
    posts = Post.objects.editable_by(request.user).at(slug)
    revisions = Revision.objects.select_related("post", "by", "featured_image")
    return get_object_or_404(revisions, pk=pk, post__in=posts)


@login_required
@require_safe
def revision_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    post = _post(request, slug)
    page = Paginator(post.revisions.newest_first().with_all_for_list(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"post": post, "page": page, "query": request.GET}
    return render_page(request, "posts/revision_list.html", context, partial="revision-list")


@login_required
@require_safe
def revision_detail(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """One save beside the one before it, or beside any other: ?with=<pk>."""
    revision = _revision(request, slug, pk)
    context = {"post": revision.post, "revision": revision, "blocks": diff.compare("", revision.content)}
    return render_page(request, "posts/revision_detail.html", context, partial="revision")


@require_POST
@login_required
def revision_restore(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Save the post as it was then; undone by restoring what it was before."""
    revision = _revision(request, slug, pk)
    before = revision.post.revisions.line().newest_first()[0]
    try:
        post = revision.post.restore_revision(revision, by=request.user)
    except Conflict:
        messages.error(request, "Somebody saved the post at the same moment, so nothing was restored. Look again.")
        return see_other(request, reverse("revision_list", args=[slug]))
    undo = reverse("revision_restore", args=[post.slug, before.pk])
    messages.success(request, "Restored.", extra_tags=undo)
    return see_other(request, post.get_absolute_url())


@require_POST
@login_required
def revision_open(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Go on writing from what it was then: nothing is saved, and readers see no change."""
    revision = _revision(request, slug, pk)
    WorkingCopy.objects.take_up(revision, author=request.user)
    return see_other(request, reverse("post_edit", args=[revision.post.slug]))

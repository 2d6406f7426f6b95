"""Working copies: what was typed and is not saved, beside what is, and the way back to that."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.htmx import render_page, see_other
from posts import diff
from posts.models import Post, Revision, WorkingCopy


def _working_copy(request: HttpRequest, slug: str, pk: int) -> WorkingCopy | None:
    """None: it was saved or discarded by now."""
    post = get_object_or_404(Post.objects.editable_by(request.user).at(slug))
    copies = WorkingCopy.objects.filter(author=request.user).select_related("post__featured_image", "picture")
    return copies.filter(pk=pk, post=post).first()


def _gone(request: HttpRequest, slug: str) -> HttpResponseBase:
    messages.info(request, _("These changes were saved or discarded since."))
    return see_other(request, reverse("post_edit", args=[slug]))


@login_required
@require_safe
def working_copy_detail(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """What is not saved, beside what is."""
    if not (copy := _working_copy(request, slug, pk)):
        return _gone(request, slug)
    context = {
        "copy": copy,
        "post": copy.post,
        "fields": copy.as_revision().differences(Revision.of(copy.post)) + copy.typed_time(),
        "blocks": diff.compare(copy.post.content, copy.content),
    }
    return render_page(request, "posts/working_copy_detail.html", context, partial="working-copy")


@require_POST
@login_required
def working_copy_discard(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Go back to what is saved. The text stays in the history, or with its post in the trash."""
    if not (copy := _working_copy(request, slug, pk)):
        return _gone(request, slug)
    post, kept = copy.post, copy.discard()
    if kept is None:
        said = _("“%(title)s” is in the trash.") % {"title": post}
        messages.success(request, said, extra_tags=reverse("post_restore", args=[post.slug]))
        return see_other(request, reverse("my_posts"))
    undo = reverse("revision_open", args=[post.slug, kept.pk])
    messages.success(request, _("Discarded. The history keeps it."), extra_tags=undo)
    return see_other(request, reverse("post_edit", args=[post.slug]))

"""What readers saw change in a post since it was published: for everybody, as far as its author shows it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.htmx import ignores_query, is_partial, moved_to, render_page, see_other
from posts import diff, markup
from posts.forms import ChangeForm
from posts.models import Post, Revision
from posts.models.visibility import PostQuerySet

PAGE_SIZE = 20
LONGEST = 200_000  # characters of a text that is compared for readers


def _posts() -> PostQuerySet:
    return Post.objects.published().select_related("author").defer("content", "content_html")


@require_safe
def post_changes(request: HttpRequest, slug: str) -> HttpResponseBase:
    post = get_object_or_404(_posts().at(slug))
    if post.slug != slug:
        return moved_to(request, reverse("post_changes", args=[post.slug]), public=True)
    changes = post.revisions.changes().with_all_for_changes()
    page = Paginator(changes, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"post": post, "page": page, "query": request.GET, "is_author": post.author_id == request.user.pk}
    return render_page(request, "posts/post_changes.html", context, partial="post-changes", public=True)


def _change(post: Post, pk: int) -> Revision:
    return get_object_or_404(post.revisions.changes().select_related("featured_image"), pk=pk)


def _change_page(
    request: HttpRequest, change: Revision, form: ChangeForm | None, *, partial: str, status: int = 200
) -> HttpResponseBase:
    before = change.seen_before
    context = {"post": change.post, "change": change, "form": form}
    context["is_withheld"] = change.is_withheld or before.is_withheld
    if form or not context["is_withheld"]:
        context["fields"] = change.changes_seen(before)
        if max(len(before.content), len(change.content)) <= LONGEST:
            context["blocks"] = diff.compare(*(markup.words_seen(one.content) for one in (before, change)))
    return render_page(request, "posts/post_change.html", context, partial=partial, status=status, public=True)


@require_safe
@ignores_query
def post_change(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """One change, word by word, as readers saw it; with a form, for its author."""
    post = get_object_or_404(_posts().at(slug))
    if post.slug != slug:
        return moved_to(request, reverse("post_change", args=[post.slug, pk]), public=True)
    change = _change(post, pk)
    form = ChangeForm(change=change) if post.author_id == request.user.pk else None
    return _change_page(request, change, form, partial="post-change")


@require_POST
@login_required
def post_change_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Say something of a change, or keep its words from readers."""
    change = _change(get_object_or_404(_posts().editable_by(request.user).at(slug)), pk)
    form = ChangeForm(request.POST, change=change)
    if not form.is_valid():
        return _change_page(request, change, form, partial="post-change", status=422)
    form.save()
    messages.success(request, _("Saved."))
    if is_partial(request):
        return _change_page(request, change, ChangeForm(change=change), partial="post-change")
    return see_other(request, reverse("post_change", args=[change.post.slug, pk]))

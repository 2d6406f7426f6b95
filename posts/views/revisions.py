"""The history of a post: every save, what changed in it, and the way back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.htmx import is_partial, render_page, see_other
from posts import diff, markup
from posts.forms import RevisionNameForm
from posts.models import Conflict, Post, Revision, WorkingCopy
from posts.models.revision import RevisionQuerySet

PAGE_SIZE = 50
MOST_DIGITS = 18  # of a number that every database knows


def _post(request: HttpRequest, slug: str) -> Post:
    return get_object_or_404(Post.objects.editable_by(request.user).at(slug))


def _revisions(request: HttpRequest, slug: str) -> RevisionQuerySet:
    posts = Post.objects.editable_by(request.user).at(slug)
    return Revision.objects.filter(post__in=posts).select_related("post", "by", "featured_image")


@login_required
@require_safe
def revision_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    post = _post(request, slug)
    page = Paginator(post.revisions.newest_first().with_all_for_list(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"post": post, "page": page, "query": request.GET}
    return render_page(request, "posts/revision_list.html", context, partial="revision-list")


@login_required
@require_safe
def revision_compare(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Any two: ?from=<pk>&to=<pk>. What names none asks for two; what names another post's is not there."""
    post, asked = _post(request, slug), [request.GET.get(name, "") for name in ("from", "to")]
    context: dict[str, object] = {"post": post}
    if all(pk.isdecimal() and len(pk) <= MOST_DIGITS for pk in asked):
        rows = {revision.pk: revision for revision in _revisions(request, slug).filter(pk__in=asked)}
        old, new = (rows.get(int(pk)) for pk in asked)
        if not (old and new):
            raise Http404
        context |= {"old": old, "new": new, "fields": new.differences(old)}
        context["blocks"] = diff.compare(old.content, new.content)
    return render_page(request, "posts/revision_compare.html", context, partial="revision-compare")


def _revision_page(
    request: HttpRequest, revision: Revision, form: RevisionNameForm, *, partial: str, status: int = 200
) -> HttpResponseBase:
    context: dict[str, object] = {"post": revision.post, "revision": revision, "form": form}
    if not is_partial(request) or partial == "revision":
        context |= {"before": revision.before, "prose": revision.post.with_pictures(markup.render(revision.content))}
        context["current"] = revision.post.revisions.filter(number=revision.post.version).first()
        if before := context["before"]:
            context["fields"] = revision.differences(before)
            context["blocks"] = diff.compare(before.content, revision.content)
    return render_page(request, "posts/revision_detail.html", context, partial=partial, status=status)


@login_required
@require_safe
def revision_detail(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """What the post was then, and what had changed against the one before it."""
    revision = get_object_or_404(_revisions(request, slug), pk=pk)
    return _revision_page(request, revision, RevisionNameForm(instance=revision), partial="revision")


@require_POST
@login_required
def revision_name(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    revision = get_object_or_404(_revisions(request, slug), pk=pk)
    form, was = RevisionNameForm(request.POST, instance=revision), revision.name
    if not form.is_valid():
        revision.name = was  # cleaning writes to it
        return _revision_page(request, revision, form, partial="revision-name", status=422)
    form.save()
    named = _("Named “%(name)s”.") % {"name": revision.name}
    messages.success(request, named if revision.name else _("It has no name any more."))
    if is_partial(request):
        return _revision_page(request, revision, RevisionNameForm(instance=revision), partial="revision-name")
    return see_other(request, reverse("revision_detail", args=[slug, pk]))


@require_POST
@login_required
def revision_restore(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Save the post as it was then; undone by restoring what it was before."""
    revision = get_object_or_404(_revisions(request, slug), pk=pk)
    try:
        post = revision.post.restore_revision(revision, by=request.user)
    except Conflict:
        messages.error(request, _("The post was saved at the same moment, so nothing was restored. Look again."))
        return see_other(request, reverse("revision_list", args=[slug]))
    except ValidationError as error:
        said = _("This was never saved as a post. %(reason)s Open it in the editor.")
        messages.error(request, said % {"reason": error.message})
        return see_other(request, reverse("revision_detail", args=[slug, pk]))
    if post is None:
        messages.info(request, _("The post says just this already, so nothing was saved."))
        return see_other(request, revision.post.get_absolute_url())
    undo = reverse("revision_restore", args=[post.slug, post.head.before.pk])
    said = _("Restored as it was %(time)s.")
    if revision.had_image and post.featured_image_id != revision.featured_image_id:
        said = _(
            "Restored as it was %(time)s. Its picture of then is no longer kept, so the post has the picture of now."
        )
    messages.success(request, said % {"time": revision.when}, extra_tags=undo)
    return see_other(request, post.get_absolute_url())


@require_POST
@login_required
def revision_open(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Go on writing from what it was then: nothing is saved, and readers see no change."""
    revision = get_object_or_404(_revisions(request, slug), pk=pk)
    WorkingCopy.objects.take_up(revision, author=request.user)
    return see_other(request, reverse("post_edit", args=[revision.post.slug]))

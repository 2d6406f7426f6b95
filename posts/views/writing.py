"""Writing: a new post, a changed one, and the autosave, the checks and the preview on the way."""

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from django_htmx.http import replace_url, trigger_client_event

from core.htmx import is_partial, render_page, require_form_methods, see_other
from core.images.forms import WAITS
from posts import markup
from posts.forms import LONGEST_TEXT, PostForm
from posts.models import Conflict, Post, Revision, Submission

MOST_COPIES = 20  # that the form offers; the newest
DONE = {
    "draft": gettext_lazy("Saved as a draft."),
    "scheduled": gettext_lazy("Scheduled."),
    "published": gettext_lazy("Published."),
}
INSERTED = gettext_lazy("The picture is at the end of the text: say between its brackets what it shows.")
LOST = gettext_lazy("A picture that the text names is not kept any more, or is not yours: readers do not see it.")
TWICE = gettext_lazy("The clocks go back that night, so the time comes twice; it is the first of the two.")


def _own(request: HttpRequest, slug: str) -> Post:
    if post := Post.everything.own_at(request.user, slug):
        return post
    raise Http404


def _form(request: HttpRequest, post: Post | None = None, *, files: bool = True) -> PostForm:
    data = (request.POST, request.FILES if files else None) if request.method == "POST" else ()
    return PostForm(*data, instance=post, author=request.user)


def _form_page(
    request: HttpRequest,
    form: PostForm,
    post: Post | None,
    *,
    status: int,
    partial: str = "post-form",
    **context: object,
) -> HttpResponseBase:
    """The form of `post` (None: a new one), with what the author has typed so far, as page or partial."""
    action = reverse("post_edit", args=[post.slug]) if post else reverse("post_create")
    preview_at = reverse("post_preview") + (f"?{urlencode({'post': post.slug})}" if post else "")
    context |= {"form": form, "post": post, "action": action, "preview_at": preview_at}
    return render_page(request, "posts/post_form.html", context, partial=partial, status=status)


def _saved_or_form(request: HttpRequest, post: Post | None) -> HttpResponseBase:
    """Save what was sent, or show the form again: 422 with what is wrong, 409 with what clashes."""
    form, slug = _form(request, post), post.slug if post else ""
    try:
        if form.is_valid() and (saved := form.save()):
            return _saved(request, form, saved)
    except Conflict as conflict:
        form.settle(conflict)
        said = conflict.post.saved_since(conflict.kept.began_from).said(request.user)
        return _form_page(request, form, conflict.post, conflict=conflict, said=said, status=409)
    if post:
        post.slug = slug  # cleaning writes to it
    return _form_page(request, form, post, status=422)


def _saved(request: HttpRequest, form: PostForm, post: Post) -> HttpResponseBase:
    if post.deleted_at:  # a form sent again, after its post was thrown away
        messages.info(request, _("“%(title)s” was saved before, and is in the trash by now.") % {"title": post})
        return see_other(request, reverse("trash"))
    if not post.head and not form.agrees(post):
        messages.info(request, _("This was saved before, and the post was changed since: nothing was saved now."))
        return see_other(request, post.get_absolute_url())
    messages.success(request, _("Saved.") if form.was == post.status else DONE[post.status])
    if post.came_back:
        undo = reverse("post_delete", args=[post.slug])
        messages.warning(request, _("The post was in the trash, and is back."), extra_tags=undo)
    if post.head and post.head.reason == Revision.Reason.MERGED:
        who = {"who": post.head.others().said(request.user)}
        messages.info(request, _("Changes came in that were saved by %(who)s.") % who)
    elif post.head and post.head.began_from > (form.cleaned_data["version"] or post.head.began_from):
        messages.info(request, _("This form was saved before. The history has both versions."))
    if post.status == "draft" and form.cleaned_data["publish_at"] and "publish_at" in form.changed_data:
        messages.warning(request, _("A draft keeps no time: give it again when you publish."))
    if post.status == "scheduled" and form.fields["publish_at"].twice:
        messages.warning(request, TWICE)
    if form.picture_waits:
        messages.warning(request, WAITS)
    if post.lost_pictures:
        messages.warning(request, LOST)
    _ask_for_descriptions(request, post)
    response = see_other(request, post.get_absolute_url())
    return trigger_client_event(response, "saved", _told(form, post)) if is_partial(request) else response


def _ask_for_descriptions(request: HttpRequest, post: Post) -> None:
    """Nothing waits for them; those of a text are asked for when readers are to see it."""
    if post.lacks_image_alt:
        asked = _(
            "The picture has no description yet: say what it shows, for those who cannot see it and for search "
            "engines, or mark it as decorative."
        )
        messages.warning(request, asked)
    if post.status != "draft" and (number := markup.without_description(post.content)):
        one = _(
            "A picture in the text has no description yet: say between the brackets of ![] what it shows, for those "
            "who cannot see it and for search engines, or write “%(decorative)s” there."
        )
        several = ngettext(
            "%(number)d picture in the text has no description yet: say between the brackets of ![] what it shows, "
            "for those who cannot see it and for search engines, or write “%(decorative)s” there.",
            "%(number)d pictures in the text have no description yet: say between the brackets of ![] what it shows, "
            "for those who cannot see it and for search engines, or write “%(decorative)s” there.",
            number,
        )
        said = {"number": number, "decorative": markup.DECORATIVE}
        messages.warning(request, (one if number == 1 else several) % said)


def _told(form: PostForm, post: Post) -> dict[str, object]:
    """What the form goes on with if it was typed in meanwhile: the page stays, see static/js/writing/saving.js."""
    claim = Submission.objects.of(form.instance.author, form.cleaned_data["submission"])
    began_from = form.cleaned_data["version"] or 0
    return {
        "order": form.data.get("order"),
        "version": claim.follow(began_from) if claim else began_from,
        "submission": uuid.uuid4(),
        "action": reverse("post_edit", args=[post.slug]),
        "autosave": reverse("post_autosave", args=[post.slug]),
        "keptAs": f"{post.author_id}:{post.pk}",
    }


def _begun(request: HttpRequest) -> Post | None:
    """The post that this form of a new one has begun by now: by an autosave, or before Back."""
    return Post.everything.editable_by(request.user).begun_with(request.user, request.POST.get("submission", ""))


@login_required
@require_form_methods
def post_create(request: HttpRequest) -> HttpResponseBase:
    if request.method == "POST":
        return _saved_or_form(request, _begun(request))
    return _form_page(request, _form(request), None, status=200)


@login_required
@require_form_methods
def post_edit(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The form opens with what was not saved yet, unless somebody saved since: then the page offers it."""
    # What is sent from a form that was open when its post was thrown away is saved, and brings the post back.
    post = _own(request, slug)
    if request.method == "POST":
        return _saved_or_form(request, post)
    copies = post.working_copies.filter(author=request.user).newest_first().select_related("picture", "post")
    copies = list(copies.defer("content", "fields")[:MOST_COPIES])
    if post.deleted_at and not copies:
        raise Http404
    if post.deleted_at:  # an autosave, or signing in again, leads here
        said = _("“%(title)s” is in the trash, with all that was written in it. Restore it to go on.")
        messages.info(request, said % {"title": post})
        return see_other(request, reverse("trash"))
    asked = request.GET.get("copy", "")
    opened = next((copy for copy in copies if (copy.is_current if not asked else str(copy.pk) == asked)), None)
    form = PostForm(instance=post, author=request.user, working_copy=opened)
    return _form_page(request, form, post, opened=opened, copies=copies, status=200)


@require_POST
@login_required
def post_autosave(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Keep what is typed as the working copy. The slug "new" begins a post; the answer names its own."""
    post = _begun(request) if slug == "new" else _own(request, slug)
    form = _form(request, post)
    if not form.insert_picture():
        return _form_page(request, form, post, status=422)
    try:
        copy = form.keep()
    except ValidationError as error:
        context = {"refused": error.message}
        return render_page(request, "posts/post_form.html", context, partial="autosave-state", status=422)
    post = copy.post if copy else post
    address = reverse("post_edit", args=[post.slug]) if post else reverse("post_create")
    if not is_partial(request):
        inserted = form.cleaned_data["body_image"]
        said = _("Kept, and not published.")
        messages.success(request, f"{INSERTED} {said}" if inserted else said)
        if inserted and inserted.waits:
            messages.warning(request, WAITS)
        return see_other(request, address if not copy or copy.is_current else f"{address}?copy={copy.pk}")
    context = {"kept": True, "copy": copy, "post": post}
    response = render_page(request, "posts/post_form.html", context, partial="autosave-state")
    told = {"order": copy.order if copy else request.POST.get("order")}
    told |= {"keptAs": f"{request.user.pk}:{post.pk}"} if post else {}
    response = trigger_client_event(response, "kept", told)
    return replace_url(response, address) if slug == "new" and copy else response


@require_POST
@login_required
def post_check(request: HttpRequest, name: str, slug: str | None = None) -> HttpResponseBase:
    """One field of the form, checked as saving would check it."""
    post = _own(request, slug) if slug else None
    form = _form(request, post, files=False)
    if name not in form.fields:
        raise Http404
    field = form[name]
    status = 422 if field.errors else 200
    return _form_page(request, form, post, partial="partials/field.html", field=field, status=status)


@require_POST
@login_required
def post_preview(request: HttpRequest) -> HttpResponseBase:
    """The text as readers will see it, beside the form that it is typed in."""
    slug = request.GET.get("post", "").replace("\0", "")
    post = Post.everything.own_at(request.user, slug) if slug else _begun(request)
    form = _form(request, post)
    status = 200 if form.insert_picture() else 422
    html = markup.render(form.data.get("content", "")[:LONGEST_TEXT])
    preview = {
        "title": request.POST.get("title", ""),
        "html": (post or Post(author=request.user)).with_pictures(html),
        "lang_attrs": Post(language=request.POST.get("language", "")[:12]).lang_attrs,
    }
    return _form_page(request, form, post, partial="post-preview", preview=preview, status=status)

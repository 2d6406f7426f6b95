"""Writing: a new post, a changed one, and the checks and the preview on the way."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from core.htmx import render_page, require_form_methods, see_other
from core.images.forms import WAITS
from posts import markup
from posts.forms import LONGEST_TEXT, PostForm
from posts.models import Conflict, Post


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
    action = reverse("post_edit", args=[form.initial["slug"] or post.slug]) if post else reverse("post_create")
    context |= {"form": form, "post": post, "action": action}
    return render_page(request, "posts/post_form.html", context, partial=partial, status=status)


def _conflict(request: HttpRequest, form: PostForm, theirs: Post) -> HttpResponseBase:
    """Both texts, and a form that goes on from the saved one."""
    form.begin_from(theirs)
    return _form_page(request, form, theirs, theirs=theirs, differing=form.differing(theirs), status=409)


def _saved(request: HttpRequest, form: PostForm, post: Post) -> HttpResponseBase:
    if post.deleted_at:  # a form sent again, after its post was thrown away
        messages.info(request, f"“{post}” was saved before, and is in the trash by now.")
        return see_other(request, reverse("trash"))
    done = {"draft": "Saved as a draft.", "scheduled": "Scheduled.", "published": "Published."}
    messages.success(request, "Saved." if form.was == post.status else done[post.status])
    if post.status == "draft" and form.cleaned_data["publish_at"] and "publish_at" in form.changed_data:
        messages.warning(request, "A draft keeps no time: give it again when you publish.")
    if form.picture_waits:
        messages.warning(request, WAITS)
    if post.lacks_image_alt:
        messages.warning(request, "The picture has no description yet: say what it shows, or mark it as decorative.")
    return see_other(request, post.get_absolute_url())


@login_required
@require_form_methods
def post_create(request: HttpRequest) -> HttpResponseBase:
    form = _form(request)
    try:
        if form.is_valid() and (post := form.save()):
            return _saved(request, form, post)
    except Conflict as conflict:
        return _conflict(request, form, conflict.post)
    return _form_page(request, form, None, status=422 if form.is_bound else 200)


@login_required
@require_form_methods
def post_edit(request: HttpRequest, slug: str) -> HttpResponseBase:
    # What is sent from a form that was open when its post was thrown away is saved, and brings the post back.
    posts = Post.everything if request.method == "POST" else Post.objects
    post = get_object_or_404(posts.editable_by(request.user).select_related("featured_image"), slug=slug)
    form = _form(request, post)
    try:
        if form.is_valid() and (saved := form.save()):
            return _saved(request, form, saved)
    except Conflict as conflict:
        return _conflict(request, form, conflict.post)
    return _form_page(request, form, post, status=422 if form.is_bound else 200)


@require_POST
@login_required
def post_check(request: HttpRequest, name: str, slug: str | None = None) -> HttpResponseBase:
    """One field of the form, checked as saving would check it."""
    post = get_object_or_404(Post.objects.editable_by(request.user), slug=slug) if slug else None
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
    post = Post.objects.editable_by(request.user).filter(slug=slug).first()
    content = request.POST.get("content", "")[:LONGEST_TEXT]
    preview = {"title": request.POST.get("title", ""), "html": markup.render(content)}
    return _form_page(request, _form(request, post), post, partial="post-preview", preview=preview, status=200)

"""Writing: a new post, a changed one, and the checks and the preview on the way."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from core.htmx import render_page, see_other
from posts import markup
from posts.forms import PostForm
from posts.models import Conflict, Post

require_form_methods = require_http_methods(["GET", "HEAD", "POST"])


def _form(request: HttpRequest, post: Post | None = None) -> PostForm:
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    return PostForm(*data, instance=post, author=request.user)


def _form_page(
    request: HttpRequest, form: PostForm, *, status: int, partial: str = "post-form", **context: object
) -> HttpResponseBase:
    """The form, with what the author has typed so far, as page or partial."""
    post = form.instance if form.instance.pk else None
    action = reverse("post_edit", args=[form.initial["slug"]]) if post else reverse("post_create")
    context |= {"form": form, "post": post, "action": action}
    return render_page(request, "posts/post_form.html", context, partial=partial, status=status)


def _saved(request: HttpRequest, form: PostForm, post: Post) -> HttpResponseBase:
    done = {"draft": "Saved as a draft.", "scheduled": "Scheduled.", "published": "Published."}
    messages.success(request, "Saved." if form.was == post.status else done[post.status])
    if form.picture_waits:
        messages.warning(request, "The image service did not answer; the picture is kept here and sent later.")
    if post.lacks_image_alt:
        messages.warning(request, "The picture has no description yet: say what it shows, or mark it as decorative.")
    return see_other(request, post.get_absolute_url())


@login_required
@require_form_methods
def post_create(request: HttpRequest) -> HttpResponseBase:
    form = _form(request)
    if form.is_valid() and (post := form.save()):
        return _saved(request, form, post)
    return _form_page(request, form, status=422 if form.is_bound else 200)


@login_required
@require_form_methods
def post_edit(request: HttpRequest, slug: str) -> HttpResponseBase:
    post = get_object_or_404(Post.objects.editable_by(request.user).select_related("featured_image"), slug=slug)
    form = _form(request, post)
    try:
        if form.is_valid() and (saved := form.save()):
            return _saved(request, form, saved)
    except Conflict:
        theirs = get_object_or_404(Post.objects.editable_by(request.user), pk=post.pk)
        form.begin_from(theirs)
        return _form_page(request, form, theirs=theirs, status=409)
    return _form_page(request, form, status=422 if form.is_bound else 200)


@login_required
@require_POST
def post_check(request: HttpRequest, name: str, slug: str | None = None) -> HttpResponseBase:
    """One field of the form, checked as saving would check it."""
    post = slug and get_object_or_404(Post.objects.editable_by(request.user), slug=slug)
    form = _form(request, post or None)
    if name not in form.fields:
        raise Http404
    field = form[name]
    status = 422 if field.errors else 200
    return _form_page(request, form, partial="partials/field.html", field=field, status=status)


@login_required
@require_POST
def post_preview(request: HttpRequest) -> HttpResponseBase:
    """The text as readers will see it, beside the form that it is typed in."""
    post = Post.objects.editable_by(request.user).filter(slug=request.GET.get("post", "")).first()
    form = _form(request, post)
    preview = {"title": request.POST.get("title", ""), "html": markup.render(request.POST.get("content", ""))}
    return _form_page(request, form, partial="post-preview", preview=preview, status=200)

"""One's own pictures: the library of them, what is about one, and where it goes."""

from copy import copy
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from core.htmx import is_partial, page_asked_from, render_page, require_form_methods, see_other
from core.images.forms import WAITS, Choice, ImageForm, PictureField, check_quota
from core.images.models import Image, ImageQuerySet
from posts.forms import PictureUseForm
from posts.models import Place

PAGE_SIZE = 24
PICKED_SIZE = 12
MOST = 100  # pictures at once
STAGE_WIDTH = 960  # pixels that its own page shows of a picture, at most
MOST_NAMED = 5  # in one sentence
SHOWN = {"unused": {"in_use": False}, "undescribed": {"alt": ""}}  # ?show= and what it asks for


def _own(request: HttpRequest) -> ImageQuerySet:
    return Image.objects.library_of(request.user)


def _placed(images: list[Image], user: User) -> list[Image]:
    """`images`, each with its `places`."""
    places = Place.by_image(images, user)
    for image in images:
        image.places = places[image.pk]
    return images


def _picture(request: HttpRequest, pk: UUID) -> Image:
    return _placed([get_object_or_404(_own(request), pk=pk)], request.user)[0]


# --- The library --------------------------------------------------------------------------------------------


def _listed(user: User, query: QueryDict) -> dict[str, object]:
    """What the library shows for the query string `show=...&q=...&page=...`; what it does not know, it ignores."""
    own, show = Image.objects.library_of(user), query.get("show", "")
    words = query.get("q", "").replace("\0", "").strip()[:200]
    found = own.discarded() if show == "discarded" else own.kept().filter(**SHOWN.get(show, {}))
    return {
        "counts": own.counts(),
        "quota": settings.IMAGES_QUOTA,
        "found": found.containing(words),
        "show": show if show in {*SHOWN, "discarded"} else "all",
        "q": words,
        "query": _kept(query),
    }


def _kept(query: QueryDict) -> QueryDict:
    """What of a query string says which list it is."""
    kept = QueryDict(mutable=True)
    kept.update({name: query[name] for name in ("show", "q", "page", "pick") if query.get(name)})
    return kept


def _page_of(images: ImageQuerySet, number: str | None, user: User, size: int = PAGE_SIZE) -> Page:
    page = Paginator(images, size).get_page(number)
    page.object_list = _placed(list(page), user)
    return page


def _list_page(request: HttpRequest, *, status: int = 200) -> HttpResponseBase:
    context = _listed(request.user, request.GET)
    context["page"] = _page_of(context["found"], request.GET.get("page"), request.user)
    return render_page(request, "posts/my_pictures.html", context, partial="my-pictures", status=status)


@login_required
@require_safe
def my_pictures(request: HttpRequest) -> HttpResponseBase:
    """With `?pick=` and where there is a script: what the editor chooses from."""
    if not (is_partial(request) and request.GET.get("pick") in {"lead", "text"}):
        return _list_page(request)
    context = _listed(request.user, request.GET)
    choices = context["found"].to_choose()
    context["page"] = page = Paginator(choices, PICKED_SIZE).get_page(request.GET.get("page"))
    page.object_list = list(page)
    context["pick"] = request.GET["pick"]
    return render_page(request, "posts/my_pictures.html", context, partial="posts/picture_picker.html")


# --- One of them --------------------------------------------------------------------------------------------


def _edit_page(
    request: HttpRequest, image: Image, *, form: ImageForm | None = None, status: int = 200, **context: object
) -> HttpResponseBase:
    form = form or ImageForm(instance=image)
    context = {"use": PictureUseForm(author=request.user, initial={"place": "lead"})} | context
    context |= {"image": image, "form": form, "stage_src": image.src(min(STAGE_WIDTH, image.largest))}
    return render_page(request, "posts/picture_edit.html", context, partial="picture-edit", status=status)


@login_required
@require_form_methods
def picture_edit(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    image = _picture(request, pk)
    if request.method != "POST":
        return _edit_page(request, image)
    form = ImageForm(request.POST, instance=copy(image))  # cleaning writes to it
    if not form.is_valid():
        return _edit_page(request, image, form=form, status=422)
    Image.objects.filter(pk=pk).update(**{name: form.cleaned_data[name] for name in form.Meta.fields})
    messages.success(request, _("Saved."))
    return see_other(request, reverse("picture_edit", args=[pk]))


def _note_description(request: HttpRequest, image: Image) -> None:
    """Save what a script sends along of it: it was typed on the page that is left now."""
    form = ImageForm(request.POST, instance=copy(image))
    if "alt" in request.POST and not form["alt"].errors:
        image.alt = form.cleaned_data["alt"]
        Image.objects.filter(pk=image.pk).update(alt=image.alt)


@require_POST
@login_required
def picture_replace(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Another file for it, wherever it is used; with `?by=` an unused picture of one's own: so it is taken back."""
    image = _picture(request, pk)
    _note_description(request, image)
    try:
        new = _chosen(request, image)
    except ValidationError as error:
        return _edit_page(request, image, replace_error=error.messages[0], status=422)
    new.send()
    if not image.replace(new):
        error = _("It was replaced or deleted meanwhile; look again.")
        return _edit_page(request, _picture(request, pk), replace_error=error, status=409)
    said = _("The earlier picture is back.") if "by" in request.GET else _("Replaced.")
    if image.in_use and "by" not in request.GET:
        said = _("Replaced wherever it is used.")
    undo = f"{reverse('picture_replace', args=[pk])}?by={new.pk}"
    messages.success(request, said, extra_tags=undo)
    if image.alt and request.FILES:
        said = _("The description stayed: does it still fit? Say it where the picture is used, too.")
        messages.info(request, said)
    if image.waits:
        messages.warning(request, WAITS)
    return see_other(request, reverse("picture_edit", args=[pk]))


def _chosen(request: HttpRequest, image: Image) -> Image:
    """Raises ValidationError with one clear sentence."""
    if "by" in request.GET:
        try:
            return get_object_or_404(_own(request).filter(in_use=False).exclude(pk=image.pk), pk=request.GET["by"])
        except ValidationError:
            raise ValidationError(_("There is no such picture.")) from None
    field = PictureField(required=False)
    field.owner, field.replaced = request.user, image
    if "picture" not in request.FILES:
        raise ValidationError(_("Choose a file first."))
    return field.clean(Choice(request.FILES["picture"]))


@require_POST
@login_required
def picture_use(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Into a post, and on to the editor: nothing is saved or published by it."""
    image = _picture(request, pk)
    _note_description(request, image)
    form = PictureUseForm(request.POST, author=request.user)
    if not form.is_valid():
        return _edit_page(request, image, use=form, status=422)
    working_copy = form.save(image)
    messages.success(request, _("The picture is in the form. Look it over, then save."))
    return see_other(request, f"{reverse('post_edit', args=[working_copy.post.slug])}?copy={working_copy.pk}")


# --- Deleting -----------------------------------------------------------------------------------------------


def _card(request: HttpRequest, image: Image, *, status: int = 200, **context: object) -> HttpResponseBase:
    """What stands in for the card of `image`, with the counts of the library that it stands in."""
    context |= _listed(request.user, page_asked_from(request)[1]) | {"image": image}
    return render_page(
        request, "posts/my_pictures.html", context, partial="posts/my_pictures_card.html", status=status
    )


@login_required
@require_form_methods
def picture_delete(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Thrown away, unless it is in use: then 409, saying where. GET asks; a POST does it and says how to undo it."""
    image = _picture(request, pk)
    if request.method != "POST":
        return render_page(request, "posts/picture_delete.html", {"image": image}, partial="picture-delete")
    if not image.discarded_at:
        Image.objects.filter(pk=pk).discard()
        image = _picture(request, pk)
    deleted = bool(image.discarded_at)
    if is_partial(request):
        return _card(request, image, deleted=deleted, refused=not deleted, status=200 if deleted else 409)
    if not deleted:
        context = {"image": image}
        return render_page(request, "posts/picture_delete.html", context, partial="picture-delete", status=409)
    undo = reverse("picture_restore", args=[pk])
    messages.success(request, _deleted([image]), extra_tags=undo)
    return see_other(request, reverse("my_pictures"))


def _bring_back(request: HttpRequest, images: ImageQuerySet) -> int | None:
    """How many are back; None where there is no room for them, which is said."""
    try:
        check_quota(images.discarded().weight(), request.user, back=True)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return None
    return images.restore()


@require_POST
@login_required
def picture_restore(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    get_object_or_404(_own(request), pk=pk)
    refused = _bring_back(request, Image.objects.filter(pk=pk)) is None
    image = _picture(request, pk)
    if not refused:
        named = _("“%(name)s” is back.") % {"name": image.name}
        messages.success(request, named if image.name else _("The picture is back."))
    if is_partial(request) and page_asked_from(request)[0].partition("?")[0] == reverse("my_pictures"):
        return _card(request, image, deleted=bool(image.discarded_at), status=422 if refused else 200)
    if refused:
        return _edit_page(request, image, status=422)
    return see_other(request, reverse("picture_edit", args=[pk]))


def _ticked(request: HttpRequest) -> set[UUID]:
    """The pictures that are ticked, or all that the page showed."""
    found = set()
    for pk in request.POST.getlist("shown" if "all" in request.POST else "picture"):
        try:
            found.add(UUID(pk))
        except ValueError:
            continue
    return found


def _list_with_message(request: HttpRequest) -> HttpResponseBase:
    """The library as the pictures stood in it, and as it is by now."""
    if is_partial(request):
        return _list_page(request)
    query = _kept(request.GET).urlencode()
    return see_other(request, f"{reverse('my_pictures')}?{query}" if query else reverse("my_pictures"))


def _deleted(images: list[Image]) -> str:
    if len(images) == 1 and images[0].name:
        return _("“%(name)s” is deleted.") % {"name": images[0].name}
    if len(images) == 1:
        return _("The picture is deleted.")
    number = len(images)
    return ngettext("%(number)d picture is deleted.", "%(number)d pictures are deleted.", number) % {"number": number}


def _in_use(images: list[Image]) -> str:
    """That these stay, named as far as one sentence holds them."""
    named = [
        _("“%(title)s”") % {"title": image.name} if image.name else _("The picture") for image in images[:MOST_NAMED]
    ]
    said = {"names": ", ".join(named), "number": len(images) - MOST_NAMED}
    if said["number"] > 0:
        more = ngettext(
            "%(names)s and %(number)d more are in use and stay. Below it says where.",
            "%(names)s and %(number)d more are in use and stay. Below it says where.",
            said["number"],
        )
        return more % said
    stay = ngettext(
        "%(names)s is in use and stays. Below it says where.",
        "%(names)s are in use and stay. Below it says where.",
        len(images),
    )
    return stay % said


@require_POST
@login_required
def pictures_delete(request: HttpRequest) -> HttpResponseBase:
    """Those that are ticked and not in use; the others stay, and are named."""
    ticked = _ticked(request)
    images = list(_own(request).kept().filter(pk__in=ticked)) if len(ticked) <= MOST else []
    if not images:
        most = _("Tick at most %(most)d pictures.") % {"most": MOST}
        messages.error(request, _("Tick the pictures first.") if len(ticked) <= MOST else most)
        return _list_page(request, status=422)
    at, gone = Image.objects.filter(pk__in=[image.pk for image in images]).discard()
    if deleted := [image for image in images if image.pk in gone]:
        query = _kept(request.GET)
        query["at"] = at.isoformat()
        undo = f"{reverse('pictures_restore')}?{query.urlencode()}"
        messages.success(request, _deleted(deleted), extra_tags=undo)
    if stay := [image for image in images if image.pk not in gone]:
        messages.warning(request, _in_use(stay))
    return _list_with_message(request)


def _at(said: str) -> datetime | None:
    try:
        at = parse_datetime(said)
        return at.astimezone(UTC) if at and at.tzinfo else None
    except (ValueError, OverflowError):  # the second from the ends of the calendar
        return None


@require_POST
@login_required
def pictures_restore(request: HttpRequest) -> HttpResponseBase:
    """Bring back those that were deleted together, at the moment `?at=`."""
    at = _at(request.GET.get("at", ""))
    back = _bring_back(request, _own(request).filter(discarded_at=at)) if at else 0
    if not back:
        if back is not None:
            messages.error(request, _("These are not there any more, or are back already."))
        return _list_page(request, status=422)
    several = ngettext("%(number)d picture is back.", "%(number)d pictures are back.", back) % {"number": back}
    messages.success(request, _("The picture is back.") if back == 1 else several)
    return _list_with_message(request)

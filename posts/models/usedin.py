"""Where a picture is used, for the eyes of its owner. What holds it in truth: ImageQuerySet.unreferenced()."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from django.db.models import QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from accounts.models import User
from core.images.models import Image
from posts.models.post import Post
from posts.models.revision import Revision
from posts.models.use import PostImage, RevisionImage, WorkingCopyImage
from posts.models.workingcopy import WorkingCopy

# By which way a post has it, the firmest first; what is said of it.
KINDS = {
    "lead": pgettext_lazy("where a picture is used", "lead picture"),
    "text": pgettext_lazy("where a picture is used", "in the text"),
    "unsaved": pgettext_lazy("where a picture is used", "not saved yet"),
    "history": pgettext_lazy("where a picture is used", "only in an older version"),
}
POST = ("id", "title", "slug", "version", "author", "deleted_at")


@dataclass(frozen=True, slots=True)
class Place:
    """A post that has the picture, or with no post the profile of its owner."""

    said: str
    title: str
    url: str = ""

    @classmethod
    def _of(cls, kind: str, post: dict, user: User) -> Self:
        if post["author"] != user.pk:
            return cls("", _("A post that is not yours"))
        said, url = KINDS[kind], reverse("post_detail", args=[post["slug"]])
        if kind == "history":
            url = reverse("revision_list", args=[post["slug"]])
        elif kind == "unsaved" or not post["version"]:
            said, url = KINDS["unsaved"], reverse("post_edit", args=[post["slug"]])
        if post["deleted_at"]:
            said, url = pgettext("where a picture is used", "in the trash"), reverse("trash")
        return cls(said, _("“%(title)s”") % {"title": post["title"] or _("Untitled")}, url)

    @classmethod
    def by_image(cls, images: Iterable[Image], user: User) -> dict[UUID, list[Self]]:
        """For each picture of `user` where it is used, each post once: one query, however many there are."""
        pks, places, posts = [image.pk for image in images], defaultdict(list), defaultdict(dict)
        if user.avatar_id in pks:
            places[user.avatar_id].append(cls("", _("Your profile"), reverse("profile")))
        for pk, kind, *post in _uses(pks) if pks else ():
            known = posts[pk].get(post[0])
            if known is None or [*KINDS].index(kind) < [*KINDS].index(known[0]):
                posts[pk][post[0]] = kind, dict(zip(POST, post, strict=True))
        for pk, found in posts.items():
            firmest = sorted(found.values(), key=lambda use: ([*KINDS].index(use[0]), -use[1]["id"]))
            places[pk] += [cls._of(kind, post, user) for kind, post in firmest]
        return places


def _uses(pks: list[UUID]) -> QuerySet:
    """(picture, kind, what POST names of the post) of every use."""
    ways = (
        ("lead", Post.everything, "featured_image", ""),
        ("text", PostImage.objects, "image", "post__"),
        ("unsaved", WorkingCopy.objects, "picture", "post__"),
        ("unsaved", WorkingCopyImage.objects, "image", "working_copy__post__"),
        ("history", Revision.objects, "featured_image", "post__"),
        ("history", RevisionImage.objects, "image", "revision__post__"),
    )
    first, *others = (
        rows.filter(**{f"{picture}__in": pks})
        .annotate(kind=Value(kind))
        .values_list(picture, "kind", *(f"{post}{name}" for name in POST))
        for kind, rows, picture, post in ways
    )
    return first.union(*others)

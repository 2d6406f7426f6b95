"""What is typed in the form of a post and not saved, right or wrong: it is kept as a working copy."""

import hashlib
import uuid
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from core.images.models import Image
from posts.forms.localtime import MINUTE
from posts.models import Submission, WorkingCopy

LONGEST_TEXT = 1_000_000  # characters: ten long novels' chapters, and no more than a browser edits with ease
LONGEST_REST = 10_000  # characters: all that a form holds beside its text
LONGEST_NUMBER = 17  # digits: milliseconds since 1970 have 13

TYPED = (
    *("title", "content", "publish_at", "tags", "excerpt", "slug", "language", "image_alt", "image_decorative"),
    "featured_image-clear",
)
DIGESTED = {*TYPED, "featured_image_held", "status"}


class Typed(forms.ModelForm):
    """A form of a post, of which only what was sent is looked at."""

    def keep(self, *, signed_out: bool = False) -> WorkingCopy | None:
        """Keep what is typed so far, right or wrong, as the working copy; None if nothing is typed that is not saved.

        `signed_out`: beside what there is, never over it.
        Raises ValidationError for a text that is longer than any post may be.
        """
        typed = {name: self.data[name].replace("\0", "").replace("\r\n", "\n") for name in TYPED if name in self.data}
        if sum(map(len, typed.values())) > LONGEST_TEXT + LONGEST_REST:
            said = _("The text is longer than %(most)s characters.")
            raise ValidationError(said % {"most": number_format(LONGEST_TEXT, force_grouping=True)})
        post, author, picture = self.instance, self.instance.author, self._held()
        token, seen, version = (self._hidden(name) for name in ("submission", "copy", "version"))
        order = self._order()
        if not (differs := self._differs(typed, picture)) and (signed_out or not typed):
            return None
        if signed_out:
            token, seen = uuid.uuid5(token or uuid.uuid4(), self._digest), ""
        if not differs:
            saved = WorkingCopy.objects.filter(author=author, post__version__gt=0)
            saved.filter(token=token).superseded(order)
            saved.seen(seen).delete()
            return None
        version = post.version if version is None else version
        if order and (claim := Submission.objects.of(author, token)) and claim.version:
            if order < claim.order:
                return None  # on its way for so long that the form was saved meanwhile, with all this and more
            version = claim.follow(version)
        return WorkingCopy.objects.keep(
            author=author,
            post=post if post.pk else None,
            token=token,
            version=version,
            typed=typed,
            picture=picture,
            seen=seen,
            order=order,
            tab=self._tab(),
        )

    def _tab(self) -> str:
        return self.data.get("tab", "").replace("\0", "")[:20]

    def _order(self) -> int:
        """The form's own count of what it sends, as the browser keeps it; 0 where there is none."""
        order = self.data.get("order", "")
        return int(order) if order.isdecimal() and len(order) < LONGEST_NUMBER else 0

    def _hidden(self, name: str) -> Any:
        """The value of a hidden field; None where it is none."""
        try:
            return self.fields[name].clean(self.data.get(name, ""))
        except ValidationError:
            return None

    def _held(self) -> Image | None:
        try:
            return self.fields["featured_image"].clean(self["featured_image"].data) or None
        except ValidationError:
            return None

    def _differs(self, typed: dict[str, str], picture: Image | None) -> bool:
        """Whether something was typed that is not saved. Of a post that was never saved, nothing is."""
        if not self.instance.version:
            return bool(self.instance.pk or picture or any(text.strip() for text in typed.values()))
        if not {"title", "content"} <= set(typed):
            return bool(typed or picture)  # a script's: what it leaves out is not taken back
        at = self.initial["publish_at"]
        shown = self.initial | {
            "publish_at": timezone.localtime(at).strftime(MINUTE) if at else "",
            "image_decorative": "on" if self.initial["image_decorative"] else None,
            "featured_image-clear": None,
        }
        names = set(typed) | {"image_decorative"}
        return bool(picture) or any(typed.get(name) != shown[name] for name in names)

    @cached_property
    def _digest(self) -> str:
        """Tells what was sent from anything else, for the token: the same once more, or other words?"""
        sent = [(name, self.data.getlist(name)) for name in sorted(self.data) if name in DIGESTED]
        for name in ("featured_image", "body_image"):
            if file := self.files.get(name):
                file.seek(0)
                sent.append((name, hashlib.sha256(file.read()).hexdigest()))
        return hashlib.sha256(repr(sent).encode()).hexdigest()

"""The picture of one row for that of another: whatever points to a row shows another picture from then on."""

import uuid
from typing import Self

from django.conf import settings
from django.db import transaction

from core.images.models.held import HeldPicture
from core.images.models.references import Referenced
from core.images.models.state import State

# What a row says of its picture, wherever that is: all that exchange() swaps.
PICTURE = (
    *("state", "store", "key", "public_id", "version", "url", "etag", "format", "width", "height", "bytes"),
    *("placeholder", "name", "attempts", "next_try_at", "error"),
)


def new_key() -> str:
    """A name to give a picture at its store: random, so that it can be neither guessed nor taken twice.

    It begins with the installation's name: see IMAGES_SITE in core/settings.py.
    """
    return f"{settings.IMAGES_SITES[0]}/{uuid.uuid4()}"


class Exchanged(Referenced):
    """A row whose picture can be another's, in one transaction."""

    class Meta:
        abstract = True

    def exchange(self, other: Self) -> bool:
        """Let whatever points to this row show the picture of `other` from now on, which gets this one's.

        False if one of them shows another picture by now, or is on its way out, or if something points to `other`:
        then nothing is changed. What is no longer shown begins its grace now, whatever its row was before.
        """
        with transaction.atomic():
            rows = type(self).objects.select_for_update(of=("self",)).filter(pk__in=[self.pk, other.pk]).order_by("pk")
            found = {row.pk: row for row in rows}
            if any(one.pk not in found or found[one.pk].key != one.key for one in (self, other)):
                return False
            if any(row.state == State.DELETING for row in found.values()):
                return False
            if not type(self).objects.filter(pk=other.pk).unreferenced().exists():
                return False
            mine, theirs = ({name: getattr(found[one.pk], name) for name in PICTURE} for one in (self, other))
            held = list(HeldPicture.objects.filter(image__in=found))
            HeldPicture.objects.filter(image__in=found).delete()
            type(self).objects.filter(pk=self.pk).update(key=new_key())  # makes room: no two may have the same
            type(self).objects.filter(pk=other.pk).update(**mine, unreferenced_since=None)
            type(self).objects.filter(pk=self.pk).update(**theirs, unreferenced_since=None)
            for picture in held:
                picture.image_id = other.pk if picture.image_id == self.pk else self.pk
            HeldPicture.objects.bulk_create(held)
        self.refresh_from_db()
        other.refresh_from_db()
        return True

    def replace(self, other: Self) -> bool:
        """Show the picture of `other` wherever this one is used; the old one is then as if thrown away.

        The description stays, as others may say more of it; the focal point goes with its picture. The same again
        takes it back. False where exchange() changes nothing.
        """
        points = [(one.focus_x, one.focus_y) for one in (self, other)]
        with transaction.atomic():
            if not self.exchange(other):
                return False
            for one, (x, y) in zip((self, other), reversed(points), strict=True):
                one.focus_x, one.focus_y = x, y
                one.save(update_fields=["focus_x", "focus_y"])
            other.alt = other.alt or self.alt
            other.save(update_fields=["alt"])
            type(self).objects.filter(pk=self.pk).update(discarded_at=None)
            type(self).objects.filter(pk=other.pk).discard()
        return True

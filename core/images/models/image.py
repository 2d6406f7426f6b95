"""The row of an image: what it says of its picture, and how that is shown."""

import re
import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.core import signing
from django.db import models, transaction
from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone

from core.images import stores
from core.images.models.exchange import new_key
from core.images.models.held import HeldPicture
from core.images.models.library import LibraryQuerySet
from core.images.models.state import EXPIRED_AFTER, GRACE, HELD_FOR, State
from core.images.models.transit import Transit
from core.images.presets import FOCUS_STEP, WIDTHS
from core.images.validate import Picture

HELD_SALT = "images.held"
MARKS = re.compile(r"[\\`*_\[\]<&]")  # that would be read as Markdown in a description
MOST_HELD = 20  # choices that wait for a form, for each owner; the oldest makes room


class ImageQuerySet(LibraryQuerySet):
    def hold(self, picture: Picture, *, owner: models.Model, name: str = "") -> "Image":
        """Keep a clean picture for `owner` until the form that it was chosen in is saved."""
        with transaction.atomic():
            held = self.filter(owner=owner, state=State.HELD).unreferenced().order_by("-created_at")
            oldest = self.filter(pk__in=[image.pk for image in held[MOST_HELD - 1 :]])
            oldest.filter(state=State.HELD).condemn()  # under a lock: another tab may be sending one by now
            oldest.filter(state=State.DELETING, store="").delete()
            image = self.create(
                owner=owner,
                name=name[:100],
                format=picture.format,
                width=picture.width,
                height=picture.height,
                bytes=len(picture.data),
                etag=stores.etag(picture.data),
                placeholder=picture.placeholder,
            )
            HeldPicture.objects.create(image=image, data=picture.data)
        return image

    def by_token(self, token: str, *, owner: models.Model) -> "Image | None":
        """The picture that the signed `token` names, if it is `owner`'s and not on its way out."""
        try:
            pk = signing.Signer(salt=HELD_SALT).unsign(token)
        except signing.BadSignature:
            return None
        image = self.filter(pk=pk, owner=owner).exclude(state=State.DELETING).first()
        old = image and image.waits and image.created_at < timezone.now() - HELD_FOR
        if old and self.filter(pk=pk).unreferenced().exists():
            return None  # nothing but this form remembers it: it may be swept at any moment
        return image

    def stored(self, store: str) -> Self:
        return self.filter(state=State.STORED, store=store)

    def waiting(self) -> Self:
        """In use, but not at the store yet: it was not reached when the form was saved."""
        return self.referenced().filter(state__in=(State.HELD, State.RESERVED))

    def tally(self, now: datetime) -> list[dict]:
        """How many there are by state, store and use, each with the oldest of them and how many are due to go: one
        query, however many rows.
        """
        used = models.ExpressionWrapper(self._in_use(), models.BooleanField())
        groups = self.order_by().annotate(used=used).values("state", "store", "used")
        due = Count("pk", filter=Q(unreferenced_since__lte=now - GRACE))
        return list(groups.annotate(number=Count("pk"), oldest=Min("created_at"), due=due))

    def errors(self) -> models.QuerySet:
        """What went wrong, the most frequent first: `error`, its `number`, and when the `next` of them is tried."""
        groups = self.exclude(error="").order_by().values("error")
        return groups.annotate(number=Count("pk"), next=Min("next_try_at")).order_by("-number", "error")


class Image(Transit):
    State = State

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=1, choices=State, default=State.HELD)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="images_owned"
    )
    name = models.CharField(max_length=100, blank=True, help_text="What the file was called; only to show.")

    alt = models.CharField(max_length=300, blank=True, help_text="What it shows; each use may say it differently.")
    focus_x = models.PositiveSmallIntegerField(null=True, blank=True, help_text="percent from the left; empty: 50")
    focus_y = models.PositiveSmallIntegerField(null=True, blank=True, help_text="percent from the top; empty: 50")

    store = models.CharField(max_length=20, blank=True, help_text="Where this one lives; empty while held.")
    key = models.CharField(max_length=120, unique=True, default=new_key, editable=False)
    public_id = models.CharField(max_length=255, blank=True, help_text="What the store calls it.")
    version = models.CharField(max_length=20, blank=True)
    url = models.URLField(max_length=500, blank=True, help_text="Where the store says it is.")

    format = models.CharField(max_length=8)
    width = models.PositiveIntegerField(help_text="pixels")
    height = models.PositiveIntegerField(help_text="pixels")
    bytes = models.PositiveIntegerField()
    etag = models.CharField(max_length=32, blank=True, help_text="MD5 of the bytes, in hexadecimal.")
    placeholder = models.CharField(max_length=300, blank=True, help_text="It again, tiny, as WebP in base64.")

    discarded_at = models.DateTimeField(null=True, blank=True, help_text="When its owner threw it away.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    unreferenced_since = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)

    objects = ImageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "created_at"], name="image_state"),
            models.Index(fields=["owner", "-created_at"], name="image_of_owner"),
            models.Index(fields=["public_id"], name="image_public_id"),
        ]

    def __str__(self) -> str:
        return self.public_id or self.name or str(self.pk)

    @property
    def token(self) -> str:
        """A signed name for the hidden field of the form it was chosen in."""
        return signing.Signer(salt=HELD_SALT).sign(self.pk)

    @property
    def waits(self) -> bool:
        """Whether the store was not reached: it is shown from here and sent later."""
        return self.state in {State.HELD, State.RESERVED}

    @property
    def goes_at(self) -> datetime | None:
        """When it may be removed if nothing refers to it until then; None while that is not counted yet."""
        return self.unreferenced_since and self.unreferenced_since + (EXPIRED_AFTER if self.waits else GRACE)

    @property
    def largest(self) -> int:
        """The widest of the ladder's widths that this one fills."""
        return max((width for width in WIDTHS if width <= self.width), default=WIDTHS[0])

    @property
    def focus(self) -> tuple[int, int] | None:
        """The point that every crop keeps, in percent from the left and from the top; None: the middle."""
        if self.focus_x is None or self.focus_y is None:
            return None
        return tuple(round(percent / FOCUS_STEP) * FOCUS_STEP for percent in (self.focus_x, self.focus_y))

    def social(self) -> str:
        """Where the crop is found that other sites show; empty while no store has the picture."""
        return "" if self.waits else stores.store(self.store).social(self)

    def src(self, width: int | None = None) -> str:
        """Where a browser finds it, `width` pixels wide (one of presets.WIDTHS; None: as large as it is kept)."""
        if self.waits:
            return reverse("image_held", args=[self.pk])
        return stores.store(self.store).url(self, width)

    @property
    def markdown(self) -> str:
        """How a text shows it; what it shows is written between the brackets."""
        alt = MARKS.sub(r"\\\g<0>", " ".join(self.alt.split()))
        return f"![{alt}]({reverse('image_detail', args=[self.pk])})"

    def at_end_of(self, text: str) -> str:
        """`text` with the picture in a paragraph of its own behind it."""
        return f"{text.rstrip()}\n\n{self.markdown}\n".lstrip("\n")

"""An image is a row with a life; these are the rules of it.

    HELD      a clean picture that somebody chose; its bytes are in the database (HeldPicture), nowhere else
    RESERVED  its bytes are on the way to a store, under a key of ours; the database has them still
    STORED    the store has it
    DELETING  nothing refers to it any more; the store is told until it confirms, then the row goes

The row is committed before a byte is sent, and nothing is destroyed in a request: `images_sweep` removes what
nothing refers to, after a time of grace. So a crash at any point leaves a row that says what may be at the store.

A row is what others point to; the picture that it shows can be exchanged for that of another row. So a picture is
replaced everywhere, or moved to another store, in one transaction, and the old one waits out its grace as any other.
"""

import hashlib
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import models, transaction
from django.db.models import OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from core.images import stores
from core.images.presets import WIDTHS
from core.images.validate import Picture

HELD_SALT = "images.held"
HELD_FOR = timedelta(hours=24)  # how long a chosen picture waits for its form
EXPIRED_AFTER = 2 * HELD_FOR  # longer than the token, a signed upload (1 h) and every timeout together can live
RETRY_MOST = timedelta(days=1)
MOST_HELD = 20  # choices that wait for a form, for each owner; the oldest makes room
LETS_GO = {models.SET_NULL, models.CASCADE, models.DB_SET_NULL, models.DB_CASCADE}  # a reference that holds nothing
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


class ImageQuerySet(models.QuerySet):
    def hold(self, picture: Picture, *, owner: models.Model, name: str = "") -> "Image":
        """Keep a clean picture for `owner` until the form that it was chosen in is saved."""
        with transaction.atomic():
            held = self.filter(owner=owner, state=Image.State.HELD).unreferenced().order_by("-created_at")
            self.filter(pk__in=[image.pk for image in held[MOST_HELD - 1 :]]).delete()
            image = self.create(
                owner=owner,
                name=name[:100],
                format=picture.format,
                width=picture.width,
                height=picture.height,
                bytes=len(picture.data),
                etag=hashlib.md5(picture.data, usedforsecurity=False).hexdigest(),
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
        image = self.filter(pk=pk, owner=owner).exclude(state=Image.State.DELETING).first()
        if image and image.created_at < timezone.now() - HELD_FOR and self.filter(pk=pk).unreferenced().exists():
            return None  # old, and nothing but this form remembers it: it may be swept at any moment
        return image

    def stored(self, store: str) -> "ImageQuerySet":
        return self.filter(state=Image.State.STORED, store=store)

    def unreferenced(self) -> "ImageQuerySet":
        """Those that no row of any table holds on to. A new foreign key to Image counts without being named here,
        unless it lets go of what is deleted: SET_NULL or CASCADE.
        """
        referring = [
            models.Exists(relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")}))
            for relation in self.model._meta.get_fields(include_hidden=True)
            if relation.auto_created and not relation.concrete and relation.on_delete not in LETS_GO
        ]
        return self.exclude(Q(*referring, _connector=Q.OR)) if referring else self

    def referenced(self) -> "ImageQuerySet":
        return self.exclude(pk__in=Image.objects.unreferenced().values("pk"))

    def expired(self, now: datetime) -> "ImageQuerySet":
        """Choices that no form was saved with, and uploads that nobody can still be waiting for."""
        unsent = (Image.State.HELD, Image.State.RESERVED)
        return self.unreferenced().filter(state__in=unsent, created_at__lt=now - EXPIRED_AFTER)

    def abandoned(self, since: datetime) -> "ImageQuerySet":
        """Stored ones that were seen unreferenced at `since` or before, and are so still."""
        return self.unreferenced().filter(state=Image.State.STORED, unreferenced_since__lte=since)

    def condemn(self) -> int:
        """Mark these for removal, if they are unreferenced still once nobody else can be attaching them.

        Two steps, as PostgreSQL answers a subquery from before it waited for a lock: the rows are locked first,
        those that a save holds are left for the next time, and then asked again.
        """
        with transaction.atomic():
            locked = [image.pk for image in self.select_for_update(skip_locked=True, of=("self",))]
            return Image.objects.filter(pk__in=locked).unreferenced().update(state=Image.State.DELETING)

    def attach(self, pks: Iterable[uuid.UUID]) -> set[uuid.UUID]:
        """Say, in the transaction that points to these, that they are in use; answers those that are not on their
        way out.

        The rows are written even when nothing changes: they are locked until the transaction ends, and condemn()
        passes over them. In the order of their keys, so that two saves do not wait for each other.
        """
        found = self.filter(pk__in=list(pks)).exclude(state=Image.State.DELETING).order_by("pk")
        attached = set(found.select_for_update(of=("self",)).values_list("pk", flat=True))
        Image.objects.filter(pk__in=attached).update(unreferenced_since=None, discarded_at=None)
        return attached

    def waiting(self) -> "ImageQuerySet":
        """In use, but not at the store yet: it was not reached when the form was saved."""
        return self.referenced().filter(state__in=(Image.State.HELD, Image.State.RESERVED))


class Image(models.Model):
    class State(models.TextChoices):
        HELD = "h", "held"
        RESERVED = "r", "reserved"
        STORED = "s", "stored"
        DELETING = "d", "deleting"

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
        return self.state in {self.State.HELD, self.State.RESERVED}

    @property
    def largest(self) -> int:
        """The widest of the ladder's widths that this one fills."""
        return max((width for width in WIDTHS if width <= self.width), default=WIDTHS[0])

    def src(self, width: int | None = None) -> str:
        """Where a browser finds it, `width` pixels wide (one of presets.WIDTHS; None: as large as it is kept)."""
        if self.waits:
            return reverse("image_held", args=[self.pk])
        return stores.store(self.store).url(self, width)

    def send(self) -> bool:
        """Bring a held picture to the store; whether it is there now. Call it outside any transaction.

        A store that does not answer is no error of the author's: the picture stays held, is shown from the
        database, and `images_sweep --apply` sends it later under the same key.
        """
        store = self.store or settings.IMAGES_STORE
        unsent = Image.objects.filter(pk=self.pk, state__in=(self.State.HELD, self.State.RESERVED))
        held = HeldPicture.objects.filter(image=self).first()
        if held is None or not unsent.update(state=self.State.RESERVED, store=store):
            self.refresh_from_db()  # another request, or the sweep, was faster
            return not self.waits
        self.state, self.store = self.State.RESERVED, store
        try:
            picture = Picture(bytes(held.data), self.format, self.width, self.height)
            stored = stores.store(store).put(self.key, picture)
        except stores.StoreError as error:
            self._failed(error)
            return False
        self._stored(stored)
        return True

    def _stored(self, stored: stores.Stored) -> None:
        self.state, self.error = self.State.STORED, ""
        self.public_id, self.version, self.url = stored.public_id, stored.version, stored.url
        names = ("state", "error", "public_id", "version", "url")
        with transaction.atomic():
            # By its key: another row may show this picture by now.
            HeldPicture.objects.filter(image__key=self.key).delete()
            sent = Image.objects.filter(key=self.key, state=self.State.RESERVED)
            sent.update(**{name: getattr(self, name) for name in names})

    def _failed(self, error: stores.StoreError) -> None:
        """Remember the failure; the next try waits 2, 4, 8 ... minutes, a day at most; after a refusal a day."""
        pause = min(timedelta(minutes=2 ** min(self.attempts + 1, 11)), RETRY_MOST)
        if isinstance(error, stores.StoreRefused):
            pause = RETRY_MOST  # the same call is refused again, until somebody has mended the account
        self.error = str(error)[:200]
        self.attempts, self.next_try_at = self.attempts + 1, timezone.now() + pause
        names = ("error", "attempts", "next_try_at")
        Image.objects.filter(key=self.key).update(**{name: getattr(self, name) for name in names})

    def attach(self) -> bool:
        """The same for one; False if it is on its way out."""
        return bool(Image.objects.attach([self.pk]))

    def exchange(self, other: "Image") -> bool:
        """Let whatever points to this row show the picture of `other` from now on, which gets this one's.

        False if one of them shows another picture by now, or is on its way out: then nothing is changed.
        """
        with transaction.atomic():
            rows = Image.objects.select_for_update(of=("self",)).filter(pk__in=[self.pk, other.pk]).order_by("pk")
            found = {row.pk: row for row in rows}
            if any(one.pk not in found or found[one.pk].key != one.key for one in (self, other)):
                return False
            if any(row.state == self.State.DELETING for row in found.values()):
                return False
            mine, theirs = ({name: getattr(found[one.pk], name) for name in PICTURE} for one in (self, other))
            held = list(HeldPicture.objects.filter(image__in=found))
            HeldPicture.objects.filter(image__in=found).delete()
            Image.objects.filter(pk=self.pk).update(key=new_key())  # makes room: no two may have the same
            Image.objects.filter(pk=other.pk).update(**mine)
            Image.objects.filter(pk=self.pk).update(**theirs)
            for picture in held:
                picture.image_id = other.pk if picture.image_id == self.pk else self.pk
            HeldPicture.objects.bulk_create(held)
        self.refresh_from_db()
        other.refresh_from_db()
        return True

    def drop(self) -> bool:
        """Tell the store to remove a condemned image, then forget the row; False if the store did not confirm.

        One that something points to after all, by a hand past attach(), is kept: False as well.
        """
        if not Image.objects.filter(pk=self.pk).unreferenced().exists():
            Image.objects.filter(pk=self.pk).update(state=self.State.STORED if self.public_id else self.State.HELD)
            return False
        twins = Image.objects.filter(store=self.store, public_id=self.public_id, state=self.State.STORED)
        try:
            # Never sent: nothing to remove. Another row with the same id (a restored backup has them): it stays.
            if self.store and not (self.public_id and twins.exists()):
                stores.store(self.store).drop(self)
        except stores.StoreError as error:
            self._failed(error)
            return False
        self.delete()
        return True


class HeldPicture(models.Model):
    """The bytes of an image that no store has yet."""

    image = models.OneToOneField(Image, models.CASCADE, primary_key=True, related_name="held")
    data = models.BinaryField()

    def __str__(self) -> str:
        return str(self.image_id)


class Sweep(models.Model):
    """What one run of `images_sweep --apply` has done; without an end it is under way, or was cut short."""

    began_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    marked = models.PositiveIntegerField(default=0, help_text="newly without use")
    removed = models.PositiveIntegerField(default=0)
    sent = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0, help_text="to try again")

    class Meta:
        indexes = [models.Index(fields=["-began_at"], name="sweep_newest_first")]

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M}"

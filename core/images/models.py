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

import re
import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import models, transaction
from django.db.models import Count, Min, OuterRef, Q, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from core.images import stores
from core.images.presets import FOCUS_STEP, WIDTHS
from core.images.validate import Picture

HELD_SALT = "images.held"
HELD_FOR = timedelta(hours=24)  # how long a chosen picture waits for its form
EXPIRED_AFTER = 2 * HELD_FOR  # longer than the token, a signed upload (1 h) and every timeout together can live
GRACE = timedelta(days=30)  # how long what nothing refers to is kept: images_sweep's, unless it is told another
RETRY_MOST = timedelta(days=1)
MOST_WORDS = 8  # of a search
MARKS = re.compile(r"[\\`*_\[\]<&]")  # that would be read as Markdown in a description
MOST_SWEEPS = 100  # that are remembered
BATCH = 500  # rows that are in memory at once
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
            oldest = self.filter(pk__in=[image.pk for image in held[MOST_HELD - 1 :]])
            oldest.filter(state=Image.State.HELD).condemn()  # under a lock: another tab may be sending one by now
            oldest.filter(state=Image.State.DELETING, store="").delete()
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
        image = self.filter(pk=pk, owner=owner).exclude(state=Image.State.DELETING).first()
        old = image and image.waits and image.created_at < timezone.now() - HELD_FOR
        if old and self.filter(pk=pk).unreferenced().exists():
            return None  # nothing but this form remembers it: it may be swept at any moment
        return image

    def stored(self, store: str) -> "ImageQuerySet":
        return self.filter(state=Image.State.STORED, store=store)

    def unreferenced(self) -> "ImageQuerySet":
        """Those that no row of any table holds on to. A new foreign key to Image counts without being named here,
        unless it lets go of what is deleted: SET_NULL or CASCADE.
        """
        return self.exclude(self._in_use())

    def _in_use(self) -> Q:
        referring = [models.Exists(_pointing(relation, OuterRef("pk"))) for relation in _relations()]
        return Q(*referring, _connector=Q.OR)

    def referenced(self) -> "ImageQuerySet":
        return self.exclude(pk__in=Image.objects.unreferenced().values("pk"))

    def in_batches(self) -> Iterator[list["Image"]]:
        """All of these in the order of their ids, each once, whatever becomes of them; never many in memory."""
        batch = list(self.order_by("pk")[:BATCH])
        while batch:
            last = batch[-1].pk
            yield batch
            batch = list(self.order_by("pk").filter(pk__gt=last)[:BATCH])

    def look(self, now: datetime) -> int:
        """Mark those that nothing holds on to any more, and unmark those that something does again. How many are
        newly marked.
        """
        self.referenced().exclude(unreferenced_since=None)._mark(None)
        return self.unmarked()._mark(now)

    def _mark(self, since: datetime | None) -> int:
        """Passing over those that somebody has locked: a save that holds one and wants the next must not find the
        sweep with that one, waiting for the first.
        """
        return sum(self._mark_batch([image.pk for image in batch], since) for batch in self.in_batches())

    @transaction.atomic
    def _mark_batch(self, pks: list[uuid.UUID], since: datetime | None) -> int:
        rows = self.filter(pk__in=pks).select_for_update(skip_locked=True, of=("self",))
        return self.filter(pk__in=[image.pk for image in rows]).update(unreferenced_since=since)

    def unmarked(self) -> "ImageQuerySet":
        return self.unreferenced().filter(unreferenced_since=None).exclude(state=Image.State.DELETING)

    def expired(self, now: datetime) -> "ImageQuerySet":
        """Choices that no form was saved with, and uploads that nobody can still be waiting for: both were seen
        unreferenced so long ago, and not sent since.
        """
        unsent = (Image.State.HELD, Image.State.RESERVED)
        return self.unreferenced().filter(state__in=unsent, unreferenced_since__lt=now - EXPIRED_AFTER)

    def abandoned(self, since: datetime) -> "ImageQuerySet":
        """Stored ones that were seen unreferenced at `since` or before, and are so still."""
        return self.unreferenced().filter(state=Image.State.STORED, unreferenced_since__lte=since)

    def condemn(self) -> int:
        """Mark these for removal, if they are unreferenced still once nobody else can be attaching them.

        Two steps, as PostgreSQL answers a subquery from before it waited for a lock: the rows are locked first,
        those that a save holds are left for the next time, and then asked again.
        """
        return sum(self.filter(pk__in=[image.pk for image in batch])._condemn() for batch in self.in_batches())

    @transaction.atomic
    def _condemn(self) -> int:
        locked = [image.pk for image in self.select_for_update(skip_locked=True, of=("self",))]
        free = Image.objects.filter(pk__in=locked).unreferenced()
        return free.update(state=Image.State.DELETING, attempts=0, next_try_at=None, error="")

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

    # --- One's own library ----------------------------------------------------------------------------------

    def library_of(self, owner: models.Model) -> "ImageQuerySet":
        """All that are `owner`'s and not on their way out, the newest first, each with whether it is `in_use`."""
        mine = self.filter(owner=owner).exclude(state=Image.State.DELETING)
        return mine.annotate(in_use=models.ExpressionWrapper(self._in_use(), models.BooleanField())).newest_first()

    def newest_first(self) -> "ImageQuerySet":
        return self.order_by("-created_at", "-pk")

    def kept(self) -> "ImageQuerySet":
        """Without those that their owner threw away."""
        return self.filter(discarded_at=None)

    def discarded(self) -> "ImageQuerySet":
        return self.exclude(discarded_at=None)

    def to_choose(self) -> "ImageQuerySet":
        """Those that a form can still be given: see by_token()."""
        forgotten = Image.objects.unreferenced().filter(
            state__in=(Image.State.HELD, Image.State.RESERVED), created_at__lt=timezone.now() - HELD_FOR
        )
        return self.kept().exclude(pk__in=forgotten.values("pk"))

    def containing(self, words: str) -> "ImageQuerySet":
        """Those whose name or description holds every one of `words`, in any order."""
        for word in dict.fromkeys(words.split()[:MOST_WORDS]):
            self = self.filter(Q(name__icontains=word) | Q(alt__icontains=word))  # noqa: PLW0642
        return self

    def counts(self) -> dict[str, int]:
        """How many there are, by filter, and what the kept ones weigh. Of library_of() only."""
        kept = Q(discarded_at=None)
        return self.order_by().aggregate(
            all=Count("pk", filter=kept),
            unused=Count("pk", filter=kept & Q(in_use=False)),
            undescribed=Count("pk", filter=kept & Q(alt="")),
            discarded=Count("pk", filter=~kept),
            bytes=Coalesce(Sum("bytes", filter=kept), 0),
        )

    def weight(self) -> int:
        """What these take, in bytes, until they are on their way out."""
        return self.exclude(state=Image.State.DELETING).aggregate(bytes=Coalesce(Sum("bytes"), 0))["bytes"]

    def discard(self) -> tuple[datetime, set[uuid.UUID]]:
        """Throw away those that nothing refers to: they wait out their grace. Answers when, and which those were."""
        now = timezone.now()
        with transaction.atomic():
            # Locked first and asked then, as condemn() does it: a save that is attaching one is waited for.
            locked = list(self.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
            free = Image.objects.filter(pk__in=locked, discarded_at=None).unreferenced()
            gone = set(free.values_list("pk", flat=True))
            since = Coalesce("unreferenced_since", models.Value(now))
            Image.objects.filter(pk__in=gone).update(discarded_at=now, unreferenced_since=since)
        return now, gone

    def restore(self) -> int:
        """Bring back what was thrown away and is not on its way out; its grace begins anew."""
        with transaction.atomic():
            waiting = self.exclude(state=Image.State.DELETING).discarded().order_by("pk")
            locked = list(waiting.select_for_update(of=("self",)).values_list("pk", flat=True))
            return Image.objects.filter(pk__in=locked).update(discarded_at=None, unreferenced_since=None)

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

    def waiting(self) -> "ImageQuerySet":
        """In use, but not at the store yet: it was not reached when the form was saved."""
        return self.referenced().filter(state__in=(Image.State.HELD, Image.State.RESERVED))


class Image(models.Model):
    class State(models.TextChoices):
        HELD = "h", pgettext_lazy("state of a picture", "held")
        RESERVED = "r", pgettext_lazy("state of a picture", "reserved")
        STORED = "s", pgettext_lazy("state of a picture", "stored")
        DELETING = "d", pgettext_lazy("state of a picture", "deleting")

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

    def send(self) -> bool:
        """Bring a held picture to the store; whether it is there now. Call it outside any transaction.

        A store that does not answer is no error of the author's: the picture stays held, is shown from the
        database, and `images_sweep --apply` sends it later under the same key.
        """
        store = self.store or settings.IMAGES_STORE
        # By its key too: the row may show another picture by now, whose bytes must not be sent under this key. And
        # unmarked: until nobody can be waiting for this request any more, the row stays.
        unsent = Image.objects.filter(pk=self.pk, key=self.key, state__in=(self.State.HELD, self.State.RESERVED))
        held = HeldPicture.objects.filter(image=self, image__key=self.key).first()
        if held is None or not unsent.update(state=self.State.RESERVED, store=store, unreferenced_since=None):
            try:
                self.refresh_from_db()  # another request, or the sweep, was faster
            except Image.DoesNotExist:
                self.state = self.State.DELETING  # it made room for others; attach() says so
            return self.state == self.State.STORED
        self.state, self.store = self.State.RESERVED, store
        return self._put(bytes(held.data)) is None

    def _put(self, data: bytes) -> stores.StoreError | None:
        """Bring the bytes to where the row is reserved; None if they are there, else what was wrong."""
        try:
            picture = Picture(data, self.format, self.width, self.height)
            stored = stores.store(self.store).put(self.key, picture)
        except stores.StoreError as error:
            self._failed(error)
            return error
        self._stored(stored)
        return None

    def _stored(self, stored: stores.Stored) -> None:
        self.state, self.error, self.attempts, self.next_try_at = self.State.STORED, "", 0, None
        self.public_id, self.version, self.url = stored.public_id, stored.version, stored.url
        names = ("state", "error", "attempts", "next_try_at", "public_id", "version", "url")
        with transaction.atomic():
            # By its key: another row may show this picture by now.
            sent = Image.objects.filter(key=self.key, state=self.State.RESERVED)
            if sent.update(**{name: getattr(self, name) for name in names}):
                HeldPicture.objects.filter(image__key=self.key).delete()

    def _failed(self, error: Exception) -> None:
        """Remember the failure; the next try waits 2, 4, 8 ... minutes, a day at most; after a refusal a day."""
        pause = min(timedelta(minutes=2 ** min(self.attempts + 1, 11)), RETRY_MOST)
        if isinstance(error, stores.StoreRefused):
            pause = RETRY_MOST  # the same call is refused again, until somebody has mended the account
        self.error = str(error)[:200]
        self.attempts, self.next_try_at = self.attempts + 1, timezone.now() + pause
        names = ("error", "attempts", "next_try_at")
        unsettled = Image.objects.filter(key=self.key).exclude(state=self.State.STORED)
        unsettled.update(**{name: getattr(self, name) for name in names})

    def fail(self, error: Exception) -> None:
        """What no store says, but the row is broken so that it cannot be asked: as if the store had failed."""
        self._failed(stores.StoreError(f"This picture cannot be handled ({type(error).__name__}: {error})."))

    def move(self, store: str) -> bool:
        """Copy the picture to `store` and show it from there. False if the row shows another picture by now.

        The old place gets a row of its own and waits out its grace, for pages that are cached. A move that ends half
        way leaves a copy that nothing refers to. Raises StoreError, also where it is no longer the same picture.
        Call it outside any transaction.
        """
        held = HeldPicture.objects.filter(image=self, image__key=self.key).first()
        data = bytes(held.data) if held else stores.store(self.store).read(self)
        if not self.etag and len(data) != self.bytes:
            raise stores.StoreError("The store has another picture than the one that was put there.")
        facts = {name: getattr(self, name) for name in ("name", "format", "width", "height", "bytes", "placeholder")}
        copy = Image.objects.create(state=self.State.RESERVED, store=store, etag=stores.etag(data), **facts)
        if error := copy._put(data):
            raise error
        return self.exchange(copy)

    def holders(self) -> Iterator[models.Model]:
        """The rows of any table that hold on to it."""
        for relation in _relations():
            yield from _pointing(relation, self.pk)[:BATCH]

    def attach(self) -> bool:
        """The same for one; False if it is on its way out."""
        return bool(Image.objects.attach([self.pk]))

    def exchange(self, other: "Image") -> bool:
        """Let whatever points to this row show the picture of `other` from now on, which gets this one's.

        False if one of them shows another picture by now, or is on its way out, or if something points to `other`:
        then nothing is changed. What is no longer shown begins its grace now, whatever its row was before.
        """
        with transaction.atomic():
            rows = Image.objects.select_for_update(of=("self",)).filter(pk__in=[self.pk, other.pk]).order_by("pk")
            found = {row.pk: row for row in rows}
            if any(one.pk not in found or found[one.pk].key != one.key for one in (self, other)):
                return False
            if any(row.state == self.State.DELETING for row in found.values()):
                return False
            if not Image.objects.filter(pk=other.pk).unreferenced().exists():
                return False
            mine, theirs = ({name: getattr(found[one.pk], name) for name in PICTURE} for one in (self, other))
            held = list(HeldPicture.objects.filter(image__in=found))
            HeldPicture.objects.filter(image__in=found).delete()
            Image.objects.filter(pk=self.pk).update(key=new_key())  # makes room: no two may have the same
            Image.objects.filter(pk=other.pk).update(**mine, unreferenced_since=None)
            Image.objects.filter(pk=self.pk).update(**theirs, unreferenced_since=None)
            for picture in held:
                picture.image_id = other.pk if picture.image_id == self.pk else self.pk
            HeldPicture.objects.bulk_create(held)
        self.refresh_from_db()
        other.refresh_from_db()
        return True

    def replace(self, other: "Image") -> bool:
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
            Image.objects.filter(pk=self.pk).update(discarded_at=None)
            Image.objects.filter(pk=other.pk).discard()
        return True

    def drop(self) -> bool:
        """Tell the store to remove a condemned image, then forget the row; False if the store did not confirm.

        One that something points to after all, by a hand past attach(), is kept: False as well. One that another
        sweep has removed meanwhile is gone.
        """
        row = Image.objects.filter(pk=self.pk, key=self.key, state=self.State.DELETING)
        if not row.exists():
            return not Image.objects.filter(pk=self.pk).exists()
        if not row.unreferenced().exists():
            return not row.update(state=self.State.STORED if self.public_id else self.State.HELD)
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


def _relations() -> list[models.ForeignObjectRel]:
    """The foreign keys of any table that hold on to an image."""
    relations = (field for field in Image._meta.get_fields(include_hidden=True) if field.auto_created)
    return [relation for relation in relations if not relation.concrete and relation.on_delete not in LETS_GO]


def _pointing(relation: models.ForeignObjectRel, pk: object) -> models.QuerySet:
    return relation.related_model._base_manager.filter(**{relation.field.name: pk})


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

    def end(self) -> None:
        """It came to its end; what is older than the MOST_SWEEPS newest is forgotten."""
        self.ended_at = timezone.now()
        self.save()
        newest = Sweep.objects.order_by("-began_at").values_list("pk", flat=True)[:MOST_SWEEPS]
        Sweep.objects.exclude(pk__in=list(newest)).delete()

"""The way of a picture to a store, to another, and out of it; each try leaves a row that says how far it came."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.images import stores
from core.images.models.exchange import Exchanged
from core.images.models.held import HeldPicture
from core.images.models.state import State
from core.images.validate import Picture

RETRY_MOST = timedelta(days=1)


class Transit(Exchanged):
    """A row whose picture travels: the row says where it may be before it is there."""

    class Meta:
        abstract = True

    def send(self) -> bool:
        """Bring a held picture to the store; whether it is there now. Call it outside any transaction.

        A store that does not answer is no error of the author's: the picture stays held, is shown from the
        database, and `images_sweep --apply` sends it later under the same key.
        """
        store = self.store or settings.IMAGES_STORE
        # By its key too: the row may show another picture by now, whose bytes must not be sent under this key. And
        # unmarked: until nobody can be waiting for this request any more, the row stays.
        unsent = type(self).objects.filter(pk=self.pk, key=self.key, state__in=(State.HELD, State.RESERVED))
        held = HeldPicture.objects.filter(image=self, image__key=self.key).first()
        if held is None or not unsent.update(state=State.RESERVED, store=store, unreferenced_since=None):
            try:
                self.refresh_from_db()  # another request, or the sweep, was faster
            except self.DoesNotExist:
                self.state = State.DELETING  # it made room for others; attach() says so
            return self.state == State.STORED
        self.state, self.store = State.RESERVED, store
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
        self.state, self.error, self.attempts, self.next_try_at = State.STORED, "", 0, None
        self.public_id, self.version, self.url = stored.public_id, stored.version, stored.url
        names = ("state", "error", "attempts", "next_try_at", "public_id", "version", "url")
        with transaction.atomic():
            # By its key: another row may show this picture by now.
            sent = type(self).objects.filter(key=self.key, state=State.RESERVED)
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
        unsettled = type(self).objects.filter(key=self.key).exclude(state=State.STORED)
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
        copy = type(self).objects.create(state=State.RESERVED, store=store, etag=stores.etag(data), **facts)
        if error := copy._put(data):
            raise error
        return self.exchange(copy)

    def drop(self) -> bool:
        """Tell the store to remove a condemned image, then forget the row; False if the store did not confirm.

        One that something points to after all, by a hand past attach(), is kept: False as well. One that another
        sweep has removed meanwhile is gone.
        """
        row = type(self).objects.filter(pk=self.pk, key=self.key, state=State.DELETING)
        if not row.exists():
            return not type(self).objects.filter(pk=self.pk).exists()
        if not row.unreferenced().exists():
            return not row.update(state=State.STORED if self.public_id else State.HELD)
        twins = type(self).objects.filter(store=self.store, public_id=self.public_id, state=State.STORED)
        try:
            # Never sent: nothing to remove. Another row with the same id (a restored backup has them): it stays.
            if self.store and not (self.public_id and twins.exists()):
                stores.store(self.store).drop(self)
        except stores.StoreError as error:
            self._failed(error)
            return False
        self.delete()
        return True

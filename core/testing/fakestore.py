"""A picture store in memory, for tests that are not about a store.

    @override_settings(IMAGES_STORES={"fake": "core.testing.fakestore:store"}, IMAGES_STORE="fake")

`store` is one for the whole process: call `store.reset()` in setUp.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from core.images.stores import Stored, StoreError, StoreRefused, Usage, etag

if TYPE_CHECKING:
    from core.images.models import Image
    from core.images.validate import Picture


class FakeStore:
    """`pictures` is what is kept, by key, and `times` since when; `calls` are the (function, key or prefix) asked of
    it, in order.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.pictures: dict[str, Picture] = {}
        self.times: dict[str, datetime] = {}
        self.calls: list[tuple[str, str]] = []
        self._failures: list[tuple[StoreError, bool]] = []

    def fail_next(self, error: StoreError, *, after: bool = False) -> None:
        """Let the next call (called twice: the next two) raise `error`, before or `after` it did its work."""
        self._failures.append((error, after))

    def put(self, key: str, picture: Picture) -> Stored:
        failure = self._begin("put", key)
        if self.pictures.setdefault(key, picture).data != picture.data:
            raise StoreRefused("Another picture is already kept under this key.")
        self.times.setdefault(key, datetime.now(UTC))
        self._end(failure)
        return Stored(public_id=key, version="1", format=picture.extension, width=picture.width, height=picture.height)

    def drop(self, image: Image) -> None:
        failure = self._begin("drop", image.key)
        self.pictures.pop(image.key, None)
        self.times.pop(image.key, None)
        self._end(failure)

    def read(self, image: Image) -> bytes:
        failure = self._begin("read", image.key)
        if image.key not in self.pictures:
            raise StoreError("The picture is not kept here.")
        data = self.pictures[image.key].data
        if image.etag and etag(data) != image.etag:
            raise StoreError("Another picture is kept under this key.")
        self._end(failure)
        return data

    def missing(self, images: Iterable[Image]) -> set[str]:
        failure = self._begin("missing", "")
        gone = {image.key for image in images} - self.pictures.keys()
        self._end(failure)
        return gone

    def usage(self) -> Usage:
        failure = self._begin("usage", "")
        used = sum(len(picture.data) for picture in self.pictures.values())
        self._end(failure)
        return Usage(used=used, free=2**30)

    def url(self, image: Image, width: int | None = None) -> str:
        return f"/fakestore/{image.key}/{width or 'master'}"

    def social(self, image: Image) -> str:
        return f"/fakestore/{image.key}/social"

    def listed(self, prefix: str = "", cursor: str = "") -> tuple[dict[str, datetime | None], str]:
        failure = self._begin("listed", prefix)
        names = sorted(name for name in self.pictures if name.startswith(prefix))
        self._end(failure)
        return {name: self.times.get(name) for name in names}, ""

    def _begin(self, function: str, what: str) -> StoreError | None:
        """Write down the call; raise the failure that is due, or answer the one to raise at the end."""
        self.calls.append((function, what))
        if not self._failures:
            return None
        error, after = self._failures.pop(0)
        if not after:
            raise error
        return error

    def _end(self, failure: StoreError | None) -> None:
        if failure:
            raise failure


store = FakeStore()

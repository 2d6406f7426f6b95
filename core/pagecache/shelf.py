"""The memory that answers are kept in, and what makes room when it is full.

An answer that comes in stands among the new. When room is needed and the new take more than a tenth of it, the oldest
of the new goes, unless it was asked for again: then it moves to the kept. Of the kept, one that was asked for since
the last look gets a second chance. So a walk through a million addresses passes through the new, and what people
read stays.
"""

from collections import OrderedDict
from collections.abc import Hashable

from core.pagecache.entry import Entry

NEW = 0.1  # of the room


class Shelf:
    """`room`: bytes. Whoever writes holds a lock of the caller's; reading needs none."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.new: OrderedDict[Hashable, Entry] = OrderedDict()
        self.kept: OrderedDict[Hashable, Entry] = OrderedDict()
        self.new_size = self.kept_size = 0
        self.ready: dict[tuple, tuple] = {}  # see PageCache.__call__

    def get(self, key: Hashable) -> Entry | None:
        return self.kept.get(key) or self.new.get(key)

    def put(self, key: Hashable, entry: Entry) -> None:
        """In the place of an earlier answer to `key`, if there is one. One that is too large is not kept."""
        if entry.size > self.room * NEW:
            self.forget(key)
        elif key in self.kept:
            self.kept_size += entry.size - self._unready(self.kept[key])
            self.kept[key] = entry
        else:
            old = self.new.get(key)
            entry.used = old is not None  # asked for again, though it was no longer true
            self.new_size += entry.size - (self._unready(old) if old else 0)
            self.new[key] = entry
        self.make_room()

    def grow(self, key: Hashable, entry: Entry, size: int) -> None:
        """`entry` has grown by `size` bytes: it was compressed."""
        entry.size += size
        if self.kept.get(key) is entry:
            self.kept_size += size
        elif self.new.get(key) is entry:
            self.new_size += size
        self.make_room()

    def forget(self, key: Hashable) -> None:
        if old := self.kept.pop(key, None):
            self.kept_size -= self._unready(old)
        elif old := self.new.pop(key, None):
            self.new_size -= self._unready(old)

    def make_room(self) -> None:
        while self.new_size + self.kept_size > self.room:
            if self.new_size > self.room * NEW or not self.kept:
                key, entry = self.new.popitem(last=False)
                self.new_size -= entry.size
                keep = entry.used
            else:
                key, entry = self.kept.popitem(last=False)
                self.kept_size -= entry.size
                keep = entry.used
            if keep:
                entry.used = False
                self.kept[key] = entry
                self.kept_size += entry.size
            else:
                self._unready(entry)

    def _unready(self, entry: Entry) -> int:
        """The ready answers of an entry that goes are no more. Its size."""
        for key in entry.ready:
            self.ready.pop(key, None)
        entry.ready.clear()
        return entry.size

"""The pictures of one owner: to look through, to choose from, to throw away."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models, transaction
from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from core.images.models.references import ReferencesQuerySet
from core.images.models.state import HELD_FOR, State

MOST_WORDS = 8  # of a search


class LibraryQuerySet(ReferencesQuerySet):
    """What somebody sees and does in the library of pictures."""

    def library_of(self, owner: models.Model) -> Self:
        """All that are `owner`'s and not on their way out, the newest first, each with whether it is `in_use`."""
        mine = self.filter(owner=owner).exclude(state=State.DELETING)
        return mine.annotate(in_use=models.ExpressionWrapper(self._in_use(), models.BooleanField())).newest_first()

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")

    def kept(self) -> Self:
        """Without those that their owner threw away."""
        return self.filter(discarded_at=None)

    def discarded(self) -> Self:
        return self.exclude(discarded_at=None)

    def to_choose(self) -> Self:
        """Those that a form can still be given: see by_token()."""
        forgotten = self.model.objects.unreferenced().filter(
            state__in=(State.HELD, State.RESERVED), created_at__lt=timezone.now() - HELD_FOR
        )
        return self.kept().exclude(pk__in=forgotten.values("pk"))

    def containing(self, words: str) -> Self:
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
        return self.exclude(state=State.DELETING).aggregate(bytes=Coalesce(Sum("bytes"), 0))["bytes"]

    def discard(self) -> tuple[datetime, set[uuid.UUID]]:
        """Throw away those that nothing refers to: they wait out their grace. Answers when, and which those were."""
        now = timezone.now()
        with transaction.atomic():
            # Locked first and asked then, as condemn() does it: a save that is attaching one is waited for.
            locked = list(self.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
            free = self.model.objects.filter(pk__in=locked, discarded_at=None).unreferenced()
            gone = set(free.values_list("pk", flat=True))
            since = Coalesce("unreferenced_since", models.Value(now))
            self.model.objects.filter(pk__in=gone).update(discarded_at=now, unreferenced_since=since)
        return now, gone

    def restore(self) -> int:
        """Bring back what was thrown away and is not on its way out; its grace begins anew."""
        with transaction.atomic():
            waiting = self.exclude(state=State.DELETING).discarded().order_by("pk")
            locked = list(waiting.select_for_update(of=("self",)).values_list("pk", flat=True))
            return self.model.objects.filter(pk__in=locked).update(discarded_at=None, unreferenced_since=None)

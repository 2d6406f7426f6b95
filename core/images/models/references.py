"""Which images something holds on to: what others leave alone, and what the sweep may take."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Self

from django.db import models, transaction
from django.db.models import OuterRef, Q

from core.images.models.state import EXPIRED_AFTER, State

BATCH = 500  # rows that are in memory at once
LETS_GO = {models.SET_NULL, models.CASCADE, models.DB_SET_NULL, models.DB_CASCADE}  # a reference that holds nothing


def _relations(image: type[models.Model]) -> list[models.ForeignObjectRel]:
    """The foreign keys of any table that hold on to an image."""
    relations = (field for field in image._meta.get_fields(include_hidden=True) if field.auto_created)
    return [relation for relation in relations if not relation.concrete and relation.on_delete not in LETS_GO]


def _pointing(relation: models.ForeignObjectRel, pk: object) -> models.QuerySet:
    return relation.related_model._base_manager.filter(**{relation.field.name: pk})


class ReferencesQuerySet(models.QuerySet):
    """What is asked of all tables at once, and written under locks: no save loses a picture that it is attaching."""

    def in_batches(self) -> Iterator[list[models.Model]]:
        """All of these in the order of their ids, each once, whatever becomes of them; never many in memory."""
        batch = list(self.order_by("pk")[:BATCH])
        while batch:
            last = batch[-1].pk
            yield batch
            batch = list(self.order_by("pk").filter(pk__gt=last)[:BATCH])

    def unreferenced(self) -> Self:
        """Those that no row of any table holds on to. A new foreign key to Image counts without being named here,
        unless it lets go of what is deleted: SET_NULL or CASCADE.
        """
        return self.exclude(self._in_use())

    def _in_use(self) -> Q:
        referring = [models.Exists(_pointing(relation, OuterRef("pk"))) for relation in _relations(self.model)]
        return Q(*referring, _connector=Q.OR)

    def referenced(self) -> Self:
        return self.exclude(pk__in=self.model.objects.unreferenced().values("pk"))

    def unmarked(self) -> Self:
        return self.unreferenced().filter(unreferenced_since=None).exclude(state=State.DELETING)

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

    def expired(self, now: datetime) -> Self:
        """Choices that no form was saved with, and uploads that nobody can still be waiting for: both were seen
        unreferenced so long ago, and not sent since.
        """
        unsent = (State.HELD, State.RESERVED)
        return self.unreferenced().filter(state__in=unsent, unreferenced_since__lt=now - EXPIRED_AFTER)

    def abandoned(self, since: datetime) -> Self:
        """Stored ones that were seen unreferenced at `since` or before, and are so still."""
        return self.unreferenced().filter(state=State.STORED, unreferenced_since__lte=since)

    def condemn(self) -> int:
        """Mark these for removal, if they are unreferenced still once nobody else can be attaching them.

        Two steps, as PostgreSQL answers a subquery from before it waited for a lock: the rows are locked first,
        those that a save holds are left for the next time, and then asked again.
        """
        return sum(self.filter(pk__in=[image.pk for image in batch])._condemn() for batch in self.in_batches())

    @transaction.atomic
    def _condemn(self) -> int:
        locked = [image.pk for image in self.select_for_update(skip_locked=True, of=("self",))]
        free = self.model.objects.filter(pk__in=locked).unreferenced()
        return free.update(state=State.DELETING, attempts=0, next_try_at=None, error="")

    def attach(self, pks: Iterable[uuid.UUID]) -> set[uuid.UUID]:
        """Say, in the transaction that points to these, that they are in use; answers those that are not on their
        way out.

        The rows are written even when nothing changes: they are locked until the transaction ends, and condemn()
        passes over them. In the order of their keys, so that two saves do not wait for each other.
        """
        found = self.filter(pk__in=list(pks)).exclude(state=State.DELETING).order_by("pk")
        attached = set(found.select_for_update(of=("self",)).values_list("pk", flat=True))
        self.model.objects.filter(pk__in=attached).update(unreferenced_since=None, discarded_at=None)
        return attached


class Referenced(models.Model):
    """What others hold on to."""

    class Meta:
        abstract = True

    def holders(self) -> Iterator[models.Model]:
        """The rows of any table that hold on to it."""
        for relation in _relations(type(self)):
            yield from _pointing(relation, self.pk)[:BATCH]

    def attach(self) -> bool:
        """As of several, for this one; False if it is on its way out."""
        return bool(type(self).objects.attach([self.pk]))

"""A row that is written over the version that its writer read, or not at all."""

from django.db import models


class Moved(Exception):
    """The row is not what it was read as: somebody was faster."""


class Guarded(models.Model):
    """`version` counts the writes; the model that inherits this has it."""

    _over: int | None = None

    class Meta:
        abstract = True

    def save(self, *, over: int | None = None, **kwargs: object) -> None:
        """Writes the row; with `over`, only where the database has that version, in one statement. Raises Moved."""
        if over is None:
            return super().save(**kwargs)
        self._over = over
        try:
            super().save(force_update=True, **kwargs)
        except self.NotUpdated:
            raise Moved from None
        finally:
            self._over = None

    def _do_update(self, base_qs: models.QuerySet, *args: object) -> list[tuple]:
        """Django's own, of which no other way makes the UPDATE of save() conditional."""
        return super()._do_update(base_qs if self._over is None else base_qs.filter(version=self._over), *args)

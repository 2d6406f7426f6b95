"""A row that is written over the version that its writer read, or not at all."""

from core.prepared import PreparedModel


class Moved(Exception):
    """The row is not what it was read as: somebody was faster."""


class Guarded(PreparedModel):
    """`version` counts the saves; the model that inherits this has it."""

    class Meta:
        abstract = True

    def save(self, *, over: int | None = None, **kwargs: object) -> None:
        """Writes the row; with `over`, only where the database has that version, in one statement. Raises Moved."""
        if over is None:
            return super().save(**kwargs)
        self._only_where = {"version": over}
        try:
            super().save(force_update=True, **kwargs)
        except self.NotUpdated:
            raise Moved from None
        finally:
            del self._only_where

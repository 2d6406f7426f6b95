"""Queries that are put into SQL once, and asked again and again with other values.

To compile a query takes Django five to ten times as long as SQLite takes to answer it by a key. What every save asks
is therefore compiled at the first one:

    _OF = Prepared(lambda: Submission.objects.filter(author=Given("author"), token=Given("token", UUIDField())))
    _OF.first(author=author.pk, token=token)
"""

from collections.abc import Callable

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.query import RawQuerySet
from django.db.models.sql.compiler import SQLCompiler


class Given(Expression):
    """A value that is given when a Prepared query is asked; `field` says how the database wants it, if not as is."""

    def __init__(self, name: str, field: Field | None = None) -> None:
        super().__init__(output_field=field)
        self.name, self.kind = name, field

    def as_sql(self, compiler: SQLCompiler, connection: object) -> "tuple[str, list[Given]]":
        return "%s", [self]

    def bound(self, value: object, connection: object) -> object:
        return self.kind.get_db_prep_value(value, connection) if self.kind else value


class Prepared[M: Model]:
    """What `query` makes, a query of whole or deferred rows of one model, with Given() in place of values.

    It may hold no moment of its own, such as timezone.now(): that would be the one of the first time. What it joins
    by select_related() or prefetch_related() is left out, and a union can only stand within it.
    """

    def __init__(self, query: Callable[[], QuerySet[M]]) -> None:
        self._query = query
        self._compiled: dict[str, tuple[type[M], str, tuple[object, ...]]] = {}

    def __call__(self, **values: object) -> RawQuerySet:
        connection = connections[DEFAULT_DB_ALIAS]
        if connection.vendor not in self._compiled:
            query = self._query()
            self._compiled[connection.vendor] = (query.model, *query.query.sql_with_params())
        model, sql, params = self._compiled[connection.vendor]
        given = [one.bound(values[one.name], connection) if isinstance(one, Given) else one for one in params]
        return RawQuerySet(sql, model=model, params=given, using=DEFAULT_DB_ALIAS)

    def first(self, **values: object) -> M | None:
        return next(iter(self(**values)), None)

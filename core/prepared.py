"""Queries that are put into SQL once, and asked again and again with other values.

To compile a query and to wrap its rows takes Django ten times as long as SQLite takes to answer it by a key. What
every save asks is therefore compiled at the first one:

    _OF = Prepared(lambda: Submission.objects.filter(author=Given("author"), token=Given("token", UUIDField())))
    _OF.first(author=author.pk, token=token)
"""

from collections.abc import Callable
from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.expressions import Col
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler


class Given(Expression):
    """A value that is given when a Prepared query is asked; `field` says how the database wants it, if not as is."""

    def __init__(self, name: str, field: Field | None = None) -> None:
        super().__init__(output_field=field)
        self.name, self.kind = name, field

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> "tuple[str, list[Given]]":
        return "%s", [self]

    def bound(self, value: object, connection: BaseDatabaseWrapper) -> object:
        return self.kind.get_db_prep_value(value, connection) if self.kind else value


class _Compiled(NamedTuple):
    query: Query
    sql: str
    params: tuple[object, ...]
    columns: list[Col]
    names: list[str]  # of the fields that these are

    @classmethod
    def of(cls, query: Query, connection: BaseDatabaseWrapper) -> "_Compiled":
        compiler = query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        columns = [column for column, *_ in compiler.select]
        return cls(query, sql, params, columns, [column.target.attname for column in columns])


class Prepared[M: Model]:
    """What `query` makes, a query of whole or deferred rows of one model, with Given() in place of values.

    It may hold no moment of its own, such as timezone.now(): that would be the one of the first time. It adds nothing
    to the rows: neither annotations, nor what select_related() or prefetch_related() would join.
    """

    def __init__(self, query: Callable[[], QuerySet[M]]) -> None:
        self._query = query
        self._compiled: dict[str, _Compiled] = {}  # by vendor

    def __call__(self, **values: object) -> list[M]:
        connection = connections[DEFAULT_DB_ALIAS]
        if (compiled := self._compiled.get(connection.vendor)) is None:
            compiled = self._compiled[connection.vendor] = _Compiled.of(self._query().query, connection)
        query, sql, params, columns, names = compiled
        given = [one.bound(values[one.name], connection) if isinstance(one, Given) else one for one in params]
        with connection.cursor() as cursor:
            cursor.execute(sql, given)
            rows = cursor.fetchall()
        if not rows:
            return []
        compiler = query.get_compiler(connection=connection)
        rows = compiler.apply_converters(rows, compiler.get_converters(columns))
        return [query.model.from_db(DEFAULT_DB_ALIAS, names, row) for row in rows]

    def first(self, **values: object) -> M | None:
        return next(iter(self(**values)), None)

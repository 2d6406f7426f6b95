"""Statements that are put into SQL once, and run again and again with other values.

To compile a query and to wrap its rows takes Django ten times as long as SQLite takes to answer it by a key. What
every save asks is therefore compiled at the first one:

    _OF = Prepared(lambda: Submission.objects.filter(author=Given("author"), token=Given("token", UUIDField())))
    _OF.first(author=author.pk, token=token)

And so is what it writes: the models of these rows are PreparedModels.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, Manager, Model, QuerySet
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
    to the rows: neither annotations, nor what select_related() or prefetch_related() would join. It asks the default
    database.
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
        """The one that there is, or the first in the query's own order."""
        return next(iter(self(**values)), None)


class PreparedModel(Model):
    """A model of one table, whose save() inserts and updates by statements that are compiled once for the same fields.

    All else is Django's, signals too; and so are these, where a value is an expression, a field wants more than its
    value, or more than a number made by the database is to come back.
    """

    _only_where: Mapping[str, object] = {}  # by field: what the row must have for save() to update it

    class Meta:
        abstract = True

    def _do_insert(
        self, manager: Manager, using: str, fields: Sequence[Field], returning_fields: Sequence[Field], raw: bool
    ) -> list[tuple]:
        values = {field: getattr(self, field.attname) if raw else field.pre_save(self, add=True) for field in fields}
        if not values or list(returning_fields) != [self._meta.auto_field] or not _are_plain(values):
            return super()._do_insert(manager, using, fields, returning_fields, raw)
        sql = _insert(manager.model, tuple(fields), tuple(returning_fields))
        with connections[using].cursor() as cursor:
            cursor.execute(sql, _bound(values, using))
            return cursor.fetchall()

    def _do_update(
        self, base_qs: QuerySet, using: str, pk_val: object, values: Sequence[tuple], *others: object
    ) -> list[tuple]:
        model, changes, (_, _, returning_fields) = base_qs.model, {field: value for field, _, value in values}, others
        where = {model._meta.get_field(name): value for name, value in self._only_where.items()}
        if not changes or returning_fields or model._meta.select_on_save or not _are_plain(changes):
            return super()._do_update(base_qs.filter(**self._only_where), using, pk_val, values, *others)
        where[model._meta.pk] = pk_val
        sql = _update(model, tuple(changes), tuple(where))
        with connections[using].cursor() as cursor:
            cursor.execute(sql, [*_bound(changes, using), *_bound(where, using)])
            return [()] * cursor.rowcount


def _are_plain(values: Mapping[Field, object]) -> bool:
    """Whether each is a value that goes as it is in place of a "%s"."""
    return not any(
        hasattr(value, "resolve_expression") or hasattr(field, "get_placeholder_sql")
        for field, value in values.items()
    )


def _bound(values: Mapping[Field, object], using: str) -> list[object]:
    return [field.get_db_prep_save(value, connections[using]) for field, value in values.items()]


@lru_cache(maxsize=100)
def _insert(model: type[Model], fields: tuple[Field, ...], returning: tuple[Field, ...]) -> str:
    columns, back = (", ".join(f'"{field.column}"' for field in some) for some in (fields, returning))
    marks = ", ".join(["%s"] * len(fields))
    return f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({marks}) RETURNING {back}'  # noqa: S608


@lru_cache(maxsize=100)
def _update(model: type[Model], fields: tuple[Field, ...], where: tuple[Field, ...]) -> str:
    changes, found = ([f'"{field.column}" = %s' for field in some] for some in (fields, where))
    return f'UPDATE "{model._meta.db_table}" SET {", ".join(changes)} WHERE {" AND ".join(found)}'  # noqa: S608

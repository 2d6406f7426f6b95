"""What the database itself keeps true, whoever writes to it: a form, the admin, an UPDATE of many rows, a script.

An app names its triggers in AppConfig.ready(). They are away while migrations run (SQLite loses those of a table that
a migration builds anew) and made again when the last one is done.
"""

from collections.abc import Callable
from typing import NamedTuple

from django.apps import AppConfig, apps
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor


class Trigger(NamedTuple):
    """`create` and `drop`: statements by vendor, "sqlite" and "postgresql"; each may be run twice."""

    create: dict[str, tuple[str, ...]]
    drop: dict[str, tuple[str, ...]]


_triggers: list[Callable[[], list[Trigger]]] = []


def row_trigger(name: str, event: str, table: str, body: str, *, differs: tuple[str, ...] = ()) -> Trigger:
    """One that runs the statement `body` for each row, as NEW, after `event` on `table`: "INSERT", "UPDATE OF title".

    `differs`: only where one of these columns has another value than before.
    """
    after, when = f"AFTER {event} ON {table} FOR EACH ROW", dict.fromkeys(("NOT", "DISTINCT FROM"), "")
    for other in when if differs else ():
        when[other] = f"WHEN ({' OR '.join(f'OLD.{column} IS {other} NEW.{column}' for column in differs)})"
    function = f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
    return Trigger(
        create={
            "sqlite": (f"CREATE TRIGGER IF NOT EXISTS {name} {after} {when['NOT']} BEGIN {body}; END",),
            "postgresql": (
                f"{function} $$ BEGIN {body}; RETURN NULL; END $$",
                f"CREATE OR REPLACE TRIGGER {name} {after} {when['DISTINCT FROM']} EXECUTE FUNCTION {name}()",
            ),
        },
        drop={
            "sqlite": (f"DROP TRIGGER IF EXISTS {name}",),
            "postgresql": (f"DROP FUNCTION IF EXISTS {name} CASCADE",),
        },
    )


def register(triggers: Callable[[], list[Trigger]]) -> None:
    """Keep what `triggers` lists in the database from the next migrate on."""
    _triggers.append(triggers)


def _run(connection: BaseDatabaseWrapper, what: str) -> None:
    with connection.cursor() as cursor:
        for triggers in _triggers:
            for trigger in triggers():
                for statement in getattr(trigger, what)[connection.vendor]:
                    cursor.execute(statement)


def _complete(connection: BaseDatabaseWrapper) -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _is_first(sender: AppConfig) -> bool:
    """Whether it is the first app that Django tells of a migrate; it tells those that have models, one by one."""
    return sender is next(app for app in apps.get_app_configs() if app.models_module)


def drop(sender: AppConfig, using: str, **kwargs: object) -> None:
    """Receiver of pre_migrate."""
    if _is_first(sender) and connections[using].introspection.table_names():
        _run(connections[using], "drop")


def create(sender: AppConfig, using: str, **kwargs: object) -> None:
    """Receiver of post_migrate: all of them, once every migration is applied."""
    if _is_first(sender) and _complete(connections[using]):
        _run(connections[using], "create")


def ensure(using: str = DEFAULT_DB_ALIAS) -> None:
    """As after a migrate, where there was none: a newer release may have changed what its triggers do."""
    _run(connections[using], "create")

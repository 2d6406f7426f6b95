"""What of the database is public, and the triggers that count every change of it, whoever makes it.

The count is written by the database in the transaction of the change, so both are seen together or not at all: that
is why it stands there and not in Redis, which can know of a change before it is committed, or never hear of it.

A writer must not wait for another because of it:

    SQLite      has one writer at a time: one row.
    PostgreSQL  counts at commit (a deferred constraint trigger), once for each transaction, in a row that no
                transaction under way has: pg_try_advisory_xact_lock never waits, it says that the row is taken and
                the next is tried. So no lock is ever waited for, and there is nothing to make a deadlock of.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import NamedTuple

from django.db import models

from core.pagecache.models import Generation
from core.triggers import Trigger

TABLE = Generation._meta.db_table
SHARDS = 256  # rows, in PostgreSQL: more than there are connections
LOCKS = 0x6A11E8  # any number that nobody else takes advisory locks under in the same database
EVENTS = ("INSERT", "UPDATE", "DELETE")

SQLITE_BUMP = (
    f'INSERT INTO {TABLE} (shard, number, "transaction") SELECT 0, 0, 0 '  # noqa: S608
    f"WHERE NOT EXISTS (SELECT 1 FROM {TABLE} WHERE shard = 0)",
    f"UPDATE {TABLE} SET number = number + 1 WHERE shard = 0",  # noqa: S608  INSERT OR IGNORE would ignore an upsert
)
POSTGRESQL_BUMP = f"""
CREATE OR REPLACE FUNCTION pagecache_bump() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  mine smallint := pg_backend_pid() % {SHARDS};
  now bigint := pg_current_xact_id()::text::bigint;
BEGIN
  WHILE NOT pg_try_advisory_xact_lock({LOCKS}, mine) LOOP mine := (mine + 1) % {SHARDS}; END LOOP;
  INSERT INTO {TABLE} AS g (shard, number, "transaction") VALUES (mine, 1, now)
  ON CONFLICT (shard) DO UPDATE SET number = g.number + 1, "transaction" = now WHERE g."transaction" <> now;
END $$"""  # noqa: S608


class Watch(NamedTuple):
    """`shown`: the columns that readers see; `where`: SQL that says of the row {row} whether they see it at all."""

    name: str
    table: str
    shown: tuple[str, ...]
    where: str
    events: tuple[str, ...]


_watched: list[Watch] = []


def watch(
    model: type[models.Model],
    shown: Iterable[str] = (),
    *,
    where: str = "",
    events: tuple[str, ...] = EVENTS,
    name: str = "",
) -> None:
    """Count what happens to rows of `model`: an UPDATE of the fields `shown` (all of them, if none is named).

    `where` has the row as {row}: "{row}.published_at IS NOT NULL". It may ask other tables by a subquery, and then
    only those whose own changes are watched. `name` tells several watches of one table apart.
    """
    meta = model._meta
    columns = tuple(meta.get_field(field).column for field in shown) or tuple(f.column for f in meta.concrete_fields)
    _watched.append(Watch(name or meta.db_table, meta.db_table, columns, where, events))


def _rows(watched: Watch, event: str) -> str:
    """The condition on the rows of an event, or ""."""
    rows = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}[event]
    return " OR ".join(f"({watched.where.format(row=row)})" for row in rows) if watched.where else ""


def _differs(watched: Watch, event: str, distinct: str) -> str:
    if event != "UPDATE":
        return ""
    return " OR ".join(f'OLD."{column}" {distinct} NEW."{column}"' for column in watched.shown)


def _when(*conditions: str) -> str:
    held = " AND ".join(f"({condition})" for condition in conditions if condition)
    return f"WHEN ({held})" if held else ""


def _sqlite(name: str, watched: Watch, event: str) -> str:
    when = _when(_differs(watched, event, "IS NOT"), _rows(watched, event))
    bump = "; ".join(SQLITE_BUMP)
    return f"CREATE TRIGGER {name} AFTER {event} ON {watched.table} FOR EACH ROW {when} BEGIN {bump}; END"


def _postgresql(name: str, watched: Watch, event: str) -> tuple[str, str]:
    """A trigger that is as it should be is left alone: making it anew would lock its table."""
    rows = _rows(watched, event)
    asks = "SELECT" in rows  # WHEN takes no subquery
    body = f"IF {rows} THEN PERFORM pagecache_bump(); END IF;" if asks else "PERFORM pagecache_bump();"
    trigger = (
        f"CREATE CONSTRAINT TRIGGER {name} AFTER {event} ON {watched.table} DEFERRABLE INITIALLY DEFERRED "
        f"FOR EACH ROW {_when(_differs(watched, event, 'IS DISTINCT FROM'), '' if asks else rows)} "
        f"EXECUTE FUNCTION {name}()"
    )
    digest = sha256(trigger.encode()).hexdigest()
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$",
        f"DO $do$ BEGIN IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = '{watched.table}'::regclass "
        f"AND tgname = '{name}' AND obj_description(oid, 'pg_trigger') = '{digest}') THEN "
        f"DROP TRIGGER IF EXISTS {name} ON {watched.table}; {trigger}; "
        f"COMMENT ON TRIGGER {name} ON {watched.table} IS '{digest}'; END IF; END $do$",
    )


def _triggers() -> Iterator[Trigger]:
    for watched in _watched:
        for event in watched.events:
            name = f"public_{watched.name}_{event.lower()}"
            yield Trigger(
                create={
                    "sqlite": (f"DROP TRIGGER IF EXISTS {name}", _sqlite(name, watched, event)),
                    "postgresql": _postgresql(name, watched, event),
                },
                drop={
                    "sqlite": (f"DROP TRIGGER IF EXISTS {name}",),
                    "postgresql": (f"DROP FUNCTION IF EXISTS {name}() CASCADE",),
                },
            )


def triggers() -> list[Trigger]:
    """All of them; and once they are made, a bump: what has changed while they were away went unseen."""
    function = Trigger(
        create={"sqlite": (), "postgresql": (POSTGRESQL_BUMP,)},
        drop={"sqlite": (), "postgresql": ("DROP FUNCTION IF EXISTS pagecache_bump() CASCADE",)},
    )
    bump = Trigger(
        create={"sqlite": SQLITE_BUMP, "postgresql": ("SELECT pagecache_bump()",)},
        drop={"sqlite": (), "postgresql": ()},
    )
    return [function, *_triggers(), bump]

"""The life of a picture as small steps, each of which happens whole or not at all, and every order they can come in.

A step is named after the function of core/images/models, or of images_sweep, whose one transaction or one call of
the store it stands for. A process may die before each of them. A request may reach the store at once, or late, or
never, and its answer may be lost. `night` is a time longer than any request can live: then, and only then, marks and
reservations ripen.

`Rules` are what the protocol owes its safety to; without any one of them `explore` finds a picture that is lost,
an orphan, or one that goes too early.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

HELD, RESERVED, STORED, DELETING = "held", "reserved", "stored", "deleting"
WAITING = (HELD, RESERVED)
NEW, SEEN, RIPE = range(3)  # of a mark: none, set, and a night ago
IDLE = ("start", "end")  # where a process can spend the night


@dataclass(frozen=True)
class Rules:
    """All of them hold in Galley."""

    attach_asks_for_the_state: bool = True
    row_is_condemned_before_the_picture_goes: bool = True
    two_looks: bool = True
    two_looks_at_what_waits: bool = True
    reservation_outlives_its_requests: bool = True
    send_begins_the_grace_anew: bool = True
    send_is_for_the_picture_it_read: bool = True
    exchange_begins_the_grace_anew: bool = True
    room_is_made_under_a_lock: bool = True


class Row(NamedTuple):
    """An Image. `key` is the picture that it shows, `old` whether it was chosen long ago."""

    state: str
    key: int
    bytes: bool = False  # HeldPicture
    sent: bool = False  # whether a store is named
    mark: int = NEW  # unreferenced_since
    old: bool = False


class Task(NamedTuple):
    """A process: its program, the step that is next, and what it has read."""

    program: str
    args: tuple[int, ...] = ()
    step: str = "start"
    row: int = 0
    key: int = 0
    todo: tuple[tuple[int, int], ...] = ()


class World(NamedTuple):
    rows: tuple[Row | None, ...]
    uses: tuple[int | None, ...]  # what points to a row: a post, a working copy, a post in the trash
    tasks: tuple[Task, ...]
    store: frozenset[int] = frozenset()
    late: frozenset[tuple[str, int]] = frozenset()  # requests that are on their way
    recent: frozenset[int] = frozenset()  # pictures that were in use since the last night
    nights: int = 0
    wrong: str = ""


type Next = Iterator[tuple[str, World]]


class Model:
    def __init__(self, rules: Rules, nights: int = 2) -> None:
        self.rules, self.most_nights = rules, nights

    def __call__(self, world: World) -> Next:
        for number, task in enumerate(world.tasks):
            if task.step == "end":
                continue
            if task.step != "start":
                yield f"{task.program} {number} dies", self.task(world, number, step="end")
            for what, after in getattr(self, task.step)(world, number, task):
                yield f"{task.program} {number}: {what}", after
        for request in world.late:
            yield f"late {request[0]}", self.arrived(world._replace(late=world.late - {request}), *request)
        if world.nights < self.most_nights and not world.late and all(task.step in IDLE for task in world.tasks):
            yield "night", self.night(world)
        if not self.rules.reservation_outlives_its_requests and world.nights < self.most_nights:
            yield "hours", self.aged(world, WAITING)._replace(nights=world.nights + 1)

    # --- What happens by itself

    def night(self, world: World) -> World:
        world = self.aged(world, (*WAITING, STORED, DELETING))
        return world._replace(recent=self.used(world), nights=world.nights + 1)

    def aged(self, world: World, states: tuple[str, ...]) -> World:
        """Marks ripen."""
        rows = (
            row and row._replace(old=True, mark=RIPE if row.mark and row.state in states else row.mark)
            for row in world.rows
        )
        return world._replace(rows=tuple(rows))

    def used(self, world: World) -> frozenset[int]:
        return frozenset(world.rows[use].key for use in world.uses if use is not None and world.rows[use])

    def arrived(self, world: World, what: str, key: int) -> World:
        if what == "put":
            return world._replace(store=world.store | {key})
        if key in world.recent | self.used(world) and key in world.store and not world.wrong:
            world = world._replace(wrong="a picture went that was in use a moment ago")
        return world._replace(store=world.store - {key})

    # --- Writing

    def task(self, world: World, number: int, **fields: object) -> World:
        tasks = list(world.tasks)
        tasks[number] = tasks[number]._replace(**fields)
        if tasks[number].step == "end":
            tasks[number] = Task(tasks[number].program, step="end")
        return world._replace(tasks=tuple(tasks))

    def row(self, world: World, at: int, **fields: object) -> World:
        rows = list(world.rows)
        rows[at] = rows[at]._replace(**fields) if fields else None
        return world._replace(rows=tuple(rows))

    def pointed(self, world: World, use: int, at: int | None) -> World:
        world = world._replace(recent=world.recent | self.used(world))
        uses = list(world.uses)
        uses[use] = at
        return world._replace(uses=tuple(uses))

    def unreferenced(self, world: World, at: int) -> bool:
        return at not in world.uses

    # --- The programs: what each begins with

    def start(self, world: World, number: int, task: Task) -> Next:
        yield from getattr(self, task.program)(world, number, task)

    def save(self, world: World, number: int, task: Task) -> Next:
        """A form with a picture is sent: ImageQuerySet.by_token, then settle() and the save. args: use, row."""
        at = task.args[1]
        row = world.rows[at]
        if row is None or row.state == DELETING or (row.old and self.unreferenced(world, at)):
            yield "by_token: gone", self.task(world, number, step="end")
        else:
            step = "claim" if row.state in WAITING else "attach"
            yield "by_token", self.task(world, number, step=step, row=at, key=row.key)

    def undo(self, world: World, number: int, task: Task) -> Next:
        """A picture that was in use is used again: a revision restored, the library. args: use, row."""
        if world.rows[task.args[1]]:
            yield "found", self.task(world, number, step="attach", row=task.args[1])

    def delete(self, world: World, number: int, task: Task) -> Next:
        """Post.delete in trash_empty, WorkingCopy.delete. args: use."""
        yield "deleted", self.task(self.pointed(world, task.args[0], None), number, step="end")

    def replace(self, world: World, number: int, task: Task) -> Next:
        """Replace everywhere, and the end of a move. args: row in use, other row; sends the other first."""
        at = task.args[1]
        if world.rows[task.args[0]] and (row := world.rows[at]):
            step = "claim" if row.state in WAITING else "look"
            yield "chosen", self.task(world, number, step=step, row=at, key=row.key)

    def room(self, world: World, number: int, task: Task) -> Next:
        """ImageQuerySet.hold makes room: the choice `args[0]` is the oldest."""
        at = task.args[0]
        row = world.rows[at]
        if row and row.state == HELD and self.unreferenced(world, at):
            if self.rules.room_is_made_under_a_lock:
                yield "hold: makes room", self.task(self.row(world, at), number, step="end")
            else:
                yield "hold: looks", self.task(world, number, step="make_room", row=at)

    def make_room(self, world: World, number: int, task: Task) -> Next:
        if world.rows[task.row] and self.unreferenced(world, task.row):  # PROTECT
            world = self.row(world, task.row)
        yield "hold: makes room", self.task(world, number, step="end")

    # --- Image.send

    def claim(self, world: World, number: int, task: Task) -> Next:
        row = world.rows[task.row]
        same = row and (row.key == task.key or not self.rules.send_is_for_the_picture_it_read)
        if same and row.state in WAITING and row.bytes:
            mark = NEW if self.rules.send_begins_the_grace_anew else row.mark
            world = self.row(world, task.row, state=RESERVED, sent=True, mark=mark)
            yield "send: reserved", self.task(world, number, step="put")
        else:
            yield "send: another was faster", self.after_send(world, number, task)

    def put(self, world: World, number: int, task: Task) -> Next:
        there = self.arrived(world, "put", task.key)
        yield "put, answered", self.task(there, number, step="stored")
        yield "put, answer lost", self.after_send(there, number, task)
        yield (
            "put, not arrived yet",
            self.after_send(world._replace(late=world.late | {("put", task.key)}), number, task),
        )

    def stored(self, world: World, number: int, task: Task) -> Next:
        """Image._stored: by its key."""
        for at, row in enumerate(world.rows):
            if row and row.key == task.key and row.state == RESERVED:
                world = self.row(world, at, state=STORED, bytes=False)
        yield "_stored", self.after_send(world, number, task)

    def after_send(self, world: World, number: int, task: Task) -> World:
        """The next thing that the process does; Image._failed changes nothing that matters here."""
        if task.program == "sweep":
            return self.next_of(world, number, task, "claim", "deleting")
        return self.task(world, number, step="look" if task.program == "replace" else "attach")

    # --- Pointing to it

    def attach(self, world: World, number: int, task: Task) -> Next:
        """ImageQuerySet.attach, in the transaction that points to the row."""
        row = world.rows[task.row]
        if row and (row.state != DELETING or not self.rules.attach_asks_for_the_state):
            world = self.pointed(self.row(world, task.row, mark=NEW), task.args[0], task.row)
            world = world._replace(recent=world.recent | self.used(world))
        yield "attach", self.task(world, number, step="end")

    def look(self, world: World, number: int, task: Task) -> Next:
        """What Image.exchange is called on and with, as they were read."""
        one, other = (world.rows[at] for at in task.args)
        if one and other:
            yield "looks", self.task(world, number, step="exchange", todo=((0, one.key), (1, other.key)))

    def exchange(self, world: World, number: int, task: Task) -> Next:
        mine, theirs = task.args
        one, other = world.rows[mine], world.rows[theirs]
        keys = tuple(key for _, key in task.todo)
        if one and other and (one.key, other.key) == keys and DELETING not in (one.state, other.state):
            world = world._replace(recent=world.recent | self.used(world))
            for at, shown in ((mine, other), (theirs, one)):
                fields = {name: getattr(shown, name) for name in ("state", "key", "bytes", "sent")}
                mark = NEW if self.rules.exchange_begins_the_grace_anew else world.rows[at].mark
                world = self.row(world, at, **fields, mark=mark)
            world = world._replace(recent=world.recent | self.used(world))
        yield "exchange", self.task(world, number, step="end")

    # --- images_sweep

    def sweep(self, world: World, number: int, task: Task) -> Next:
        for at, row in enumerate(world.rows):
            if row and row.mark and not self.unreferenced(world, at):
                world = self.row(world, at, mark=NEW)
            elif row and not row.mark and row.state != DELETING and self.unreferenced(world, at):
                world = self.row(world, at, mark=SEEN)
        yield "marks", self.task(world, number, step="expired")

    def expired(self, world: World, number: int, task: Task) -> Next:
        """ImageQuerySet.expired, condemn."""
        for at, row in enumerate(world.rows):
            ripe = row and (row.mark == RIPE if self.rules.two_looks_at_what_waits else row.old)
            if ripe and row.state in WAITING and self.unreferenced(world, at):
                world = self.row(world, at, state=DELETING)
        yield "expired.condemn", self.task(world, number, step="abandoned")

    def abandoned(self, world: World, number: int, task: Task) -> Next:
        """ImageQuerySet.abandoned, condemn; then what is to be sent is looked up."""
        ripe = RIPE if self.rules.two_looks else NEW
        if self.rules.row_is_condemned_before_the_picture_goes:
            for at, row in enumerate(world.rows):
                if row and row.state == STORED and row.mark >= ripe and self.unreferenced(world, at):
                    world = self.row(world, at, state=DELETING)
        waiting = tuple(
            (at, row.key)
            for at, row in enumerate(world.rows)
            if row and row.state in WAITING and not self.unreferenced(world, at)
        )
        yield "abandoned.condemn", self.next_of(world, number, task._replace(todo=waiting), "claim", "deleting")

    def next_of(self, world: World, number: int, task: Task, step: str, otherwise: str) -> World:
        if not task.todo:
            return self.task(world, number, step=otherwise, row=0, key=0)
        (at, key), *todo = task.todo
        return self.task(world, number, step=step, row=at, key=key, todo=tuple(todo))

    def deleting(self, world: World, number: int, task: Task) -> Next:
        going = tuple(
            (at, row.key)
            for at, row in enumerate(world.rows)
            if row
            and (
                row.state == DELETING or (not self.rules.row_is_condemned_before_the_picture_goes and row.mark == RIPE)
            )
        )
        yield "looks for what is to go", self.next_of(world, number, task._replace(todo=going), "drop", "end")

    def drop(self, world: World, number: int, task: Task) -> Next:
        """Image.drop, as far as the store's answer."""
        row = world.rows[task.row]
        if row is None or not self.unreferenced(world, task.row):
            yield "drop: not now", self.next_of(world, number, task, "drop", "end")
        elif not row.sent:
            yield "drop: never sent", self.task(world, number, step="forget")
        else:
            gone = self.arrived(world, "drop", task.key)
            yield "drop, answered", self.task(gone, number, step="forget")
            yield "drop, answer lost", self.next_of(gone, number, task, "drop", "end")
            if not world.late:  # one is enough
                late = world._replace(late=world.late | {("drop", task.key)})
                yield "drop, not arrived yet", self.next_of(late, number, task, "drop", "end")

    def forget(self, world: World, number: int, task: Task) -> Next:
        """Image.drop: the row goes. PROTECT keeps one that something points to."""
        if world.rows[task.row] and self.unreferenced(world, task.row):
            world = self.row(world, task.row)
        yield "drop: row gone", self.next_of(world, number, task, "drop", "end")


def lost(world: World) -> str:
    """What is wrong at any moment: a picture in use that cannot be shown."""
    for use in world.uses:
        if use is None:
            continue
        row = world.rows[use]
        if row is None:
            return "a row in use is gone"
        if (row.state in WAITING and not row.bytes) or (row.state not in WAITING and row.key not in world.store):
            return "a picture in use is lost"
    return world.wrong


def orphans(world: World, model: Model) -> str:
    """What is wrong once everybody is done and two nights and three sweeps, which nothing disturbs, are over."""
    for _ in range(3):
        world = world._replace(tasks=(Task("sweep"),))
        while world.tasks[0].step != "end":
            _, world = next(getattr(model, world.tasks[0].step)(world, 0, world.tasks[0]))
        world = model.night(world)
    used = model.used(world)
    if problem := lost(world):
        return problem
    if world.store - used:
        return "an orphan is left at the store"
    if used - world.store:
        return "a picture in use was never sent"
    if any(row and at not in world.uses for at, row in enumerate(world.rows)):
        return "a row is left for nothing"
    return ""


def explore(world: World, rules: Rules | None = None, nights: int = 2) -> tuple[int, str]:
    """How many states there are, and the first of them that is wrong: what, and the steps that lead there."""
    model = Model(rules or Rules(), nights)
    before: dict[World, tuple[str, World | None]] = {world: ("", None)}
    closed: set[tuple] = set()
    now = [world]
    while now:
        then = []
        for one in now:
            problem = lost(one)
            if not problem and not one.late:
                rest = (one.rows, one.uses, one.store, one.recent)
                if rest not in closed and all(task.step in IDLE for task in one.tasks):
                    closed.add(rest)
                    problem = orphans(one, model)
            if problem:
                return len(before), f"{problem}: {', '.join(way(one, before))}"
            for what, after in model(one):
                if after not in before:
                    before[after] = what, one
                    then.append(after)
        now = then
    return len(before), ""


def way(world: World, before: dict[World, tuple[str, World | None]]) -> list[str]:
    steps = []
    while True:
        step, came = before[world]
        if came is None:
            return steps[::-1]
        steps.append(step)
        world = came

"""The promise that no picture is lost and none is left behind, in every order in which its steps can come.

The model is in protocol.py; that the real functions do as it says is for test_kills and test_images_machine.
"""

from dataclasses import fields

from django.test import SimpleTestCase, tag

from core.images.tests.protocol import HELD, RESERVED, SEEN, STORED, Row, Rules, Task, World, explore

CHOICE = Row(HELD, 0, bytes=True)
OLD_CHOICE = Row(HELD, 0, bytes=True, old=True)
KEPT = Row(STORED, 0, sent=True, old=True)  # has been in use for long


def world(*rows: Row, used: bool = True, tasks: tuple[Task, ...]) -> World:
    """Each row shows a picture of its own; the first of them is `used`."""
    rows = tuple(row._replace(key=key) for key, row in enumerate(rows))
    store = frozenset(row.key for row in rows if row.state == STORED)
    return World(rows, (0 if used else None,), tasks, store)


SAVE, SAVE_OTHER, UNDO = Task("save", (0, 0)), Task("save", (0, 1)), Task("undo", (0, 0))
REPLACE, DELETE, ROOM = Task("replace", (0, 1)), Task("delete", (0,)), Task("room", (0,))

CASES = {
    "a form sent twice": world(CHOICE, used=False, tasks=(SAVE, SAVE)),
    "a choice that others need the room of": world(CHOICE, used=False, tasks=(SAVE, ROOM)),
    "replaced in one tab, taken back in another": world(KEPT, CHOICE, tasks=(SAVE_OTHER, UNDO)),
    "deleted in one tab, used again in another": world(KEPT, tasks=(DELETE, UNDO)),
    "deleted while it is sent": world(OLD_CHOICE._replace(state=RESERVED, sent=True), tasks=(DELETE,)),
    "replaced everywhere while it is sent": world(OLD_CHOICE, CHOICE, tasks=(REPLACE,)),
    "replaced everywhere by one that waits out its grace": world(KEPT, KEPT._replace(mark=SEEN), tasks=(REPLACE,)),
    "moved to another store": world(KEPT, CHOICE, tasks=(REPLACE,)),
}
LARGE = {
    "moved while it is replaced and deleted": world(
        KEPT, CHOICE, CHOICE, tasks=(REPLACE, Task("save", (0, 2)), DELETE)
    ),
    "replaced everywhere in two tabs": world(OLD_CHOICE, CHOICE, CHOICE, tasks=(REPLACE, Task("replace", (0, 2)))),
    "replaced and taken back while it is sent": world(OLD_CHOICE, CHOICE, tasks=(SAVE_OTHER, UNDO)),
}
# Without the rule: in which case, with how many sweeps, what is found.
NEEDED = {
    "attach_asks_for_the_state": ("deleted in one tab, used again in another", 2, "a picture in use is lost"),
    "row_is_condemned_before_the_picture_goes": (
        *("replaced everywhere by one that waits out its grace", 1),
        "a picture in use is lost",
    ),
    "two_looks": ("a form sent twice", 1, "an orphan is left"),
    "two_looks_at_what_waits": ("moved to another store", 1, "an orphan is left"),
    "reservation_outlives_its_requests": ("moved to another store", 1, "an orphan is left"),
    "send_begins_the_grace_anew": ("moved to another store", 2, "an orphan is left"),
    "send_is_for_the_picture_it_read": ("replaced everywhere while it is sent", 1, "an orphan is left"),
    "exchange_begins_the_grace_anew": (
        "replaced everywhere by one that waits out its grace",
        1,
        "in use a moment ago",
    ),
    "room_is_made_under_a_lock": ("a choice that others need the room of", 1, "an orphan is left"),
}


def with_sweeps(start: World, number: int) -> World:
    return start._replace(tasks=(*start.tasks, *[Task("sweep")] * number))


class ProtocolTests(SimpleTestCase):
    def check(self, cases: dict[str, World], sweeps: int) -> int:
        total = 0
        for name, start in cases.items():
            with self.subTest(name):
                states, problem = explore(with_sweeps(start, sweeps))
                self.assertEqual(problem, "")
                total += states
        return total

    def test_nothing_is_lost_and_nothing_left_behind(self):
        self.assertGreater(self.check(CASES, sweeps=1), 5_000)

    @tag("slow")
    def test_without_any_one_rule_something_is(self):
        self.assertEqual(set(NEEDED), {rule.name for rule in fields(Rules)})
        for rule, (case, sweeps, problem) in NEEDED.items():
            with self.subTest(rule):
                self.assertIn(problem, explore(with_sweeps(CASES[case], sweeps), Rules(**{rule: False}))[1])

    @tag("machine")
    def test_nothing_is_lost_by_two_sweeps_and_more_tabs(self):
        print(f"\n{self.check(CASES, sweeps=2) + self.check(LARGE, sweeps=1):,} states of the life of a picture")

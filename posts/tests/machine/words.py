"""The state machine: hypothesis chooses who does what next. What it may choose from is in world.py."""

from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from posts.tests.machine.world import EDITS, World

TABS = st.integers(0, 2)
SOME = st.integers(0, 5)
HOW = st.sampled_from(EDITS)
STATUS = st.sampled_from(["draft", "published", "published"])
TIMES = st.sampled_from([1, 1, 1, 2, 5])
ROWS = st.sampled_from(["post_publish", "post_unpublish", "post_delete", "post_restore"])


class WordsMachine(RuleBasedStateMachine):
    """Each run begins with nothing but the people, and leaves nothing."""

    people: tuple[Any, ...] = ()
    total = 0

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.world = World(*self.people)

    def teardown(self) -> None:
        type(self).total += self.world.steps
        self.world.close()
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def open(self, tab: int) -> bool:
        return self.world.tabs[tab] is not None

    def some_tab(self) -> bool:
        return any(self.world.tabs)

    @rule(tab=TABS, author=st.sampled_from([0, 0, 1]), htmx=st.booleans(), slow=st.integers(0, 1))
    def open_new(self, **kwargs: Any) -> None:
        self.world.open_new(**kwargs)

    @rule(tab=TABS, number=SOME, htmx=st.booleans(), slow=st.integers(0, 1), copy=st.none() | SOME)
    def open_edit(self, **kwargs: Any) -> None:
        self.world.open_edit(**kwargs)

    @precondition(some_tab)
    @rule(tab=TABS, other=TABS, htmx=st.booleans(), slow=st.integers(0, 1))
    def open_beside(self, tab: int, **kwargs: Any) -> None:
        self.world.open_beside(self.nearest(tab), **kwargs)

    @precondition(some_tab)
    @rule(tab=TABS, other=TABS, htmx=st.booleans(), slow=st.integers(0, 1), how=HOW)
    def go_on_elsewhere(self, tab: int, other: int, htmx: bool, slow: int, how: str) -> None:
        """What was kept in one tab is gone on with in another."""
        self.world.autosave(self.nearest(tab), how, 0)
        self.world.open_beside(self.nearest(tab), other, htmx, slow)
        self.world.autosave(self.nearest(other), "lengthen", 1)

    @precondition(some_tab)
    @rule(tab=TABS, how=HOW, at=SOME, published=st.none() | st.booleans())
    def staff_saves_beside(self, tab: int, **kwargs: Any) -> None:
        self.beside(tab, **kwargs)

    @precondition(some_tab)
    @rule(tab=TABS, how=HOW, at=SOME)
    def autosave(self, tab: int, how: str, at: int) -> None:
        self.world.autosave(self.nearest(tab), how, at)

    @precondition(some_tab)
    @rule(tab=TABS, back=st.integers(0, 3))
    def autosave_again(self, tab: int, back: int) -> None:
        self.world.autosave_again(self.nearest(tab), back)

    @precondition(some_tab)
    @rule(tab=TABS, how=HOW, at=SOME, status=STATUS)
    def autosave_that_overtakes(self, tab: int, how: str, at: int, status: str) -> None:
        self.world.autosave_that_overtakes(self.nearest(tab), how, at, status)

    @precondition(some_tab)
    @rule(tab=TABS, how=HOW, at=SOME, status=STATUS, times=TIMES)
    def save(self, tab: int, how: str, at: int, status: str, times: int) -> None:
        self.world.save(self.nearest(tab), how, at, status, times)

    @precondition(some_tab)
    @rule(tab=TABS, how=HOW, at=SOME, status=STATUS, slug=st.sampled_from(["one", "two", "three"]))
    def save_with_address(self, tab: int, how: str, at: int, status: str, slug: str) -> None:
        self.world.save(self.nearest(tab), how, at, status, slug=slug)

    @precondition(some_tab)
    @rule(tab=TABS, how=HOW, at=SOME, status=STATUS, minutes=st.integers(-60, 120))
    def save_with_time(self, tab: int, how: str, at: int, status: str, minutes: int) -> None:
        self.world.save(self.nearest(tab), how, at, status, publish_at=self.world.minute(minutes))

    @precondition(some_tab)
    @rule(tab=TABS, back=st.integers(0, 3), times=TIMES)
    def save_again(self, tab: int, back: int, times: int) -> None:
        self.world.save_again(self.nearest(tab), back, times)

    @precondition(some_tab)
    @rule(tab=TABS, how=HOW, at=SOME, status=STATUS)
    def save_and_retry(self, tab: int, how: str, at: int, status: str) -> None:
        self.world.save_and_retry(self.nearest(tab), how, at, status)

    @precondition(some_tab)
    @rule(tab=TABS, how=HOW, at=SOME, published=st.booleans(), mine=HOW, status=STATUS)
    def save_after_staff(self, tab: int, mine: str, status: str, **kwargs: Any) -> None:
        """Staff saves the post that is open in a tab, and then its author does."""
        self.beside(tab, **kwargs)
        self.world.save(self.nearest(tab), mine, kwargs["at"] + 1, status)

    @precondition(some_tab)
    @rule(tab=TABS, how=HOW, at=SOME)
    def save_wrongly(self, tab: int, how: str, at: int) -> None:
        self.world.save_wrongly(self.nearest(tab), how, at)

    @rule(number=SOME, what=ROWS, htmx=st.booleans())
    def row(self, **kwargs: Any) -> None:
        self.world.row(**kwargs)

    @rule(number=st.integers(0, 30), what=st.sampled_from(["revision_restore", "revision_open"]), htmx=st.booleans())
    def go_back(self, **kwargs: Any) -> None:
        self.world.go_back(**kwargs)

    @rule(number=SOME, htmx=st.booleans())
    def discard_copy(self, **kwargs: Any) -> None:
        self.world.discard_copy(**kwargs)

    @rule(author=st.integers(0, 1))
    def sign_out(self, author: int) -> None:
        self.world.sign_out(author)

    @precondition(some_tab)
    @rule(tab=TABS, number=SOME)
    def trespass(self, tab: int, number: int) -> None:
        self.world.trespass(self.nearest(tab), number)

    @rule(minutes=st.integers(1, 60))
    def pass_time(self, minutes: int) -> None:
        self.world.pass_time(minutes)

    @rule(number=SOME, how=HOW, at=SOME, published=st.none() | st.booleans())
    def staff_saves(self, **kwargs: Any) -> None:
        self.world.staff_saves(**kwargs)

    @rule(number=SOME, late=st.booleans())
    def staff_saves_in_admin(self, **kwargs: Any) -> None:
        self.world.staff_saves_in_admin(**kwargs)

    def nearest(self, tab: int) -> int:
        """A tab that is open."""
        return next(n % 3 for n in range(tab, tab + 3) if self.world.tabs[n % 3])

    def beside(self, tab: int, **kwargs: Any) -> None:
        """Staff saves the post that is open in a tab."""
        pks = [post.pk for post in self.world.posts() if post.version and not post.deleted_at]
        pk = self.world.tabs[self.nearest(tab)].post
        if pk in pks:
            self.world.staff_saves(pks.index(pk), **kwargs)

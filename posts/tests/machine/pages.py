"""The state machine of the page cache: hypothesis chooses who does what next, from what is in readers.py."""

from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from posts.tests.machine.readers import LOOKS, ReadersWorld

SOME = st.integers(0, 9)
PAUSE = st.sampled_from([0.3, 1.0, 1.0, 2.5])
PROCESS = st.integers(0, len(LOOKS) - 1)
WHO = st.integers(0, 1)
COOKIES = st.sampled_from(["", "", "", "csrftoken=abc", "language=", "_ga=1; theme=dark"])


class PagesMachine(RuleBasedStateMachine):
    """Each run begins with two authors and one post, and leaves nothing."""

    people: tuple[Any, ...] = ()
    redis = False
    total = kept = 0

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.world = ReadersWorld(*self.people, redis=self.redis)

    def teardown(self) -> None:
        type(self).total += self.world.steps
        type(self).kept += self.world.kept
        self.world.close()
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @rule(at=PROCESS, which=SOME, way=st.sampled_from(["", "gzip", "br"]), cookie=COOKIES, again=st.just(""))
    def read(self, **kwargs: Any) -> None:
        self.world.read(**kwargs)

    @rule(at=PROCESS, which=SOME, cookie=COOKIES, again=st.sampled_from(["tag", "date"]))
    def read_again(self, at: int, **kwargs: Any) -> None:
        """What was had from one process is asked of either."""
        self.world.read(at, way="gzip", **kwargs)

    @rule(which=SOME, way=st.sampled_from(["", "br"]))
    def read_everywhere(self, which: int, way: str) -> None:
        for at in range(len(LOOKS)):
            self.world.read(at, which, way, "", "")

    @rule(at=PROCESS, which=SOME, who=WHO)
    def read_signed_in(self, **kwargs: Any) -> None:
        self.world.read_signed_in(**kwargs)

    @rule(who=WHO, draft=st.booleans())
    def act(self, **kwargs: Any) -> None:
        self.world.act(**kwargs)

    @rule(seconds=st.sampled_from([0.1, 0.25, 0.6, 0.99, 1.0, 1.0, 2.5, 600.0]))
    def wait(self, seconds: float) -> None:
        self.world.wait(seconds)

    @rule(at=PROCESS)
    def stick(self, at: int) -> None:
        self.world.stick(at)

    @rule(who=WHO, state=st.sampled_from(["draft", "live", "scheduled"]), tag=st.sampled_from(["tea", "new"]))
    def write(self, **kwargs: Any) -> None:
        self.world.write(**kwargs)

    @rule(
        process=PROCESS,
        at=SOME,
        pause=PAUSE,
        how=st.sampled_from(["text", "title", "rename", "tags", "picture", "another file", "copy", "reads"]),
    )
    def change(self, process: int, pause: float, **kwargs: Any) -> None:
        self.world.read_all(process)
        self.world.change(**kwargs)
        self.world.wait(pause)
        self.world.read_all(process)

    @rule(
        process=PROCESS,
        at=SOME,
        pause=PAUSE,
        how=st.sampled_from(["publish", "publish", "unpublish", "delete", "restore"]),
        seconds=st.sampled_from([0, 0.4, 1.2, 2.4, 700]),
    )
    def publish(self, process: int, pause: float, **kwargs: Any) -> None:
        self.world.read_all(process)
        self.world.publish(**kwargs)
        self.world.wait(pause)
        self.world.read_all(process)

    @rule(process=PROCESS, who=WHO, how=st.sampled_from(["name", "bio", "face", "login"]))
    def person(self, process: int, **kwargs: Any) -> None:
        self.world.read_all(process)
        self.world.person(**kwargs)
        self.world.wait(1.0)
        self.world.read_all(process)

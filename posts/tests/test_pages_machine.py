"""The promise that no page from memory is older than a second or holds what is not public: run with --tag machine.

PAGES_SEED chooses another run, PAGES_STEPS another length, PAGES_SHRINK looks for the shortest way to what was found.
Needs hypothesis: without it the run is skipped, and fails where CI is set.
"""

import os
import time
from importlib.util import find_spec

from django.test import tag

from core import triggers
from core.testing.cases import ViewTestCase
from posts.tests.machine.readers import ReadersWorld, Stale

SEED = int(os.environ.get("PAGES_SEED") or 3)
STEPS = int(os.environ.get("PAGES_STEPS") or 5_000)
STEPS_OF_ONE = 15  # from nothing; of each about eight are made, as most read all pages before and after


class ReadersWorldTests(ViewTestCase):
    """What the machine would find, if it were so."""

    def setUp(self) -> None:
        super().setUp()
        self.world = ReadersWorld(self.ada, self.ben, self.cookies)
        self.addCleanup(self.world.close)

    @tag("slow")
    def test_change_that_no_trigger_saw_is_missed_after_a_second(self):
        self.world.read(0, 0, "", "", "")
        triggers._run(triggers.connections["default"], "drop")
        self.world.person(0, "name")
        self.world.change(0, "title")
        self.world.wait(0.6)
        self.world.read(0, 0, "", "", "")
        self.world.wait(0.6)
        with self.assertRaises(Stale):
            self.world.read(0, 0, "", "", "")

    @tag("slow")
    def test_tags_alone_are_a_change(self):
        self.world.read_all(0)
        self.world.change(0, "tags")
        self.world.wait(1.0)
        self.world.read_all(0)

    @tag("slow")
    def test_scheduled_post_is_shown_when_it_is_due(self):
        self.world.read_all(0)
        self.world.publish(0, "publish", 2.4)
        self.world.wait(1.0)
        self.world.read_all(0)
        self.world.wait(1.4)
        self.world.read_all(0)


@tag("machine")
class PagesMachineTests(ViewTestCase):
    def setUp(self) -> None:
        super().setUp()
        if not find_spec("hypothesis"):
            if os.environ.get("CI"):
                self.fail("hypothesis is not installed, and CI is set.")
            self.skipTest("hypothesis is not installed.")

    def test_no_page_is_older_than_a_second_or_anybodys(self):
        self.run_machine(redis=False)

    def test_nor_with_what_processes_share(self):
        self.run_machine(redis=True)

    def run_machine(self, *, redis: bool) -> None:
        from hypothesis import HealthCheck, Phase, seed, settings
        from hypothesis.stateful import run_state_machine_as_test

        from posts.tests.machine.pages import PagesMachine

        class Run(PagesMachine):
            people = (self.ada, self.ben, self.cookies)

        Run.redis, began = redis, time.process_time()
        how = settings(
            max_examples=STEPS // STEPS_OF_ONE // 8,
            stateful_step_count=STEPS_OF_ONE,
            phases=[Phase.explicit, Phase.generate, *([Phase.shrink] if os.environ.get("PAGES_SHRINK") else [])],
            deadline=None,
            database=None,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
        )
        try:
            run_state_machine_as_test(seed(SEED)(Run), settings=how)
        finally:
            spent = time.process_time() - began
            print(f"\n{Run.total:,} steps with PAGES_SEED={SEED}, {Run.kept:,} answers from memory, in {spent:.0f} s")
        self.assertGreater(Run.kept, STEPS // 20)

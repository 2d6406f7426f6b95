"""The promise that no words are lost, against thousands of random steps: run with --tag machine.

WORDS_SEED chooses another run, WORDS_STEPS another length; the same seed is the same run. WORDS_SHRINK looks, for some
minutes, for the shortest way to what was found. Needs hypothesis: without it the run is skipped, and fails where CI
is set.
"""

import os
import time
from importlib.util import find_spec

from django.contrib.auth import get_user_model
from django.test import tag

from core.testing.cases import PASSWORD, ViewTestCase, _signed_in_cookies
from posts.models import WorkingCopy
from posts.tests.machine.world import Lost, World

SEED = int(os.environ.get("WORDS_SEED") or 3)
STEPS = int(os.environ.get("WORDS_STEPS") or 10_000)
STEPS_OF_ONE = 50  # from nothing


class WorldTestCase(ViewTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.staff = get_user_model().objects.create_superuser("stella", "stella@example.org", PASSWORD)
        cls.cookies[cls.staff.pk] = _signed_in_cookies(cls.staff)


class WorldTests(WorldTestCase):
    """Ways that the machine has gone, or should have."""

    def setUp(self) -> None:
        super().setUp()
        self.world = World(self.ada, self.ben, self.staff, self.cookies)
        self.addCleanup(self.world.close)

    @tag("slow")
    def test_device_with_a_slow_clock_goes_on_from_another(self):
        self.world.open_new(0, author=0, htmx=True)
        self.world.autosave(0, "append", 0)
        self.world.open_beside(0, 1, htmx=True, slow=1)
        self.world.autosave(1, "lengthen", 0)

    @tag("slow")
    def test_draft_stays_one_when_staff_has_published_it(self):
        self.world.open_new(0, author=0, htmx=False)
        self.world.save(0, "append", 0, "draft")
        self.world.open_beside(0, 1, htmx=False, slow=0)
        self.world.staff_saves(0, "lengthen", 0, published=True)
        self.world.save(1, "lengthen", 3, "draft")

    @tag("slow")
    def test_words_that_were_lost_are_missed(self):
        self.world.open_new(0, author=0, htmx=True)
        self.world.autosave(0, "append", 0)
        WorkingCopy.objects.update(content="Others.")
        with self.assertRaises(Lost):
            self.world.check()


@tag("machine")
class WordsMachineTests(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        if not find_spec("hypothesis"):
            if os.environ.get("CI"):
                self.fail("hypothesis is not installed, and CI is set.")
            self.skipTest("hypothesis is not installed.")

    def test_no_words_are_lost(self):
        from hypothesis import HealthCheck, Phase, seed, settings
        from hypothesis.stateful import run_state_machine_as_test

        from posts.tests.machine.words import WordsMachine

        class Run(WordsMachine):
            people = (self.ada, self.ben, self.staff, self.cookies)

        began = time.process_time()
        how = settings(
            max_examples=STEPS // STEPS_OF_ONE + STEPS // 2_000,  # some end early
            stateful_step_count=STEPS_OF_ONE,
            phases=[Phase.explicit, Phase.generate, *([Phase.shrink] if os.environ.get("WORDS_SHRINK") else [])],
            deadline=None,
            database=None,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
        )
        try:
            run_state_machine_as_test(seed(SEED)(Run), settings=how)
        finally:
            spent = time.process_time() - began
            print(f"\n{Run.total:,} steps with WORDS_SEED={SEED} in {spent:.0f} s, {Run.total / spent:.0f} a second")

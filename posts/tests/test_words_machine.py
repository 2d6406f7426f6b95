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

SEED = int(os.environ.get("WORDS_SEED") or 3)
STEPS = int(os.environ.get("WORDS_STEPS") or 10_000)
STEPS_OF_ONE = 50  # from nothing


@tag("machine")
class WordsMachineTests(ViewTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.staff = get_user_model().objects.create_superuser("stella", "stella@example.org", PASSWORD)
        cls.cookies[cls.staff.pk] = _signed_in_cookies(cls.staff)

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
            max_examples=-(-STEPS * 6 // (STEPS_OF_ONE * 5)),  # some end early
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

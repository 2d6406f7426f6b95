"""A thousand faults in a row: whenever the line says "Saved", the server holds exactly what is in the form.

    manage.py test --tag browser posts.tests.browser.test_faults

The seed is printed where it fails, and can be given as FAULT_SEED.
"""

import faulthandler
import os
import random
from collections import Counter

from posts.models import Post, WorkingCopy
from posts.tests.browser.journey import OneAtATime
from posts.tests.browser.test_autosave import SAVED, EditorTestCase

RUNS = 1000
SEED = int(os.environ.get("FAULT_SEED", "20261122"))
FAULTS = ("lost before", "lost after", 500, 502, 401, 403, 404, "garbage", "replay", "late", "late answer")
ACTIONS = ("autosave", "autosave", "autosave", "autosave", "two", "save", "both", "save first")

PREPARE = """() => {
  const real = window.fetch.bind(window);
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  let last = new Response("");
  window.faults = [];
  window.fetch = async (url, request) => {
    if (request.method !== "POST") return real(url, request);
    const fault = window.faults.shift();
    if (fault === "lost before") throw new TypeError("Failed to fetch");
    if (fault === "garbage") return new Response('<span id="autosave-state">Saved 12:00</span>', {status: 200});
    if (fault === "replay") return last.clone();
    if (typeof fault === "number") return new Response("<h1>No</h1>", {status: fault});
    if (fault === "late") await wait(30);
    const answer = await real(url, request);
    if (fault === "lost after") throw new TypeError("Failed to fetch");
    if (fault === "late answer") await wait(30);
    last = answer.clone();
    return answer;
  };
  const field = document.getElementById("id_content");
  window.type = (words) => {
    field.value = words;
    field.dispatchEvent(new Event("input", {bubbles: true}));
  };
}"""
RUN = """async ({words, action, faults, meanwhile}) => {
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const save = () => typed.form.requestSubmit(document.querySelector("#save-buttons [value=draft]"));
  window.faults = faults;
  type(words);
  if (action === "save first" || action === "save") save();
  if (action === "save first") { await wait(3); type(words + " a"); }
  if (action !== "save") autosave.now();
  if (action === "both") save();
  if (action === "two") { type(words + " b"); autosave.now(); }
  // A save that is not outrun leaves the page.
  if (meanwhile || action === "save" || action === "both") type(words + " c");
  while (autosave.underWay || typed.saving) await wait(2);
  return {state: state.line.textContent, now: document.getElementById("id_content").value};
}"""


class FaultsTests(EditorTestCase):
    def test_saved_is_said_of_nothing_that_is_not(self):
        self.allow("htmx:error", "Failed to fetch", "status of")
        chance, states, lies = random.Random(SEED), Counter(), []
        page = self.new()
        self.title(page).fill("Faults")
        page.evaluate(PREPARE)
        for run in range(RUNS):
            faulthandler.dump_traceback_later(60, exit=True)  # the whole takes longer than one journey may
            faults = [chance.choice(FAULTS) if chance.random() < 0.6 else "" for _ in range(3)]
            told = page.evaluate(
                RUN,
                {
                    "words": f"Run {run}",
                    "action": chance.choice(ACTIONS),
                    "faults": faults,
                    "meanwhile": chance.random() < 0.2,
                },
            )
            states[told["state"].split(":")[0]] += 1
            if SAVED.match(told["state"]) and not self.is_held(told["now"]):
                lies.append((run, faults, told))
        self.assertEqual(lies, [], f"FAULT_SEED={SEED}")
        said = sum(number for state, number in states.items() if SAVED.match(f"{state}:00"))
        self.assertGreater(said, RUNS / 10, f"the test says little: {states}")
        self.assertEqual(Post.everything.count(), 1)

    def is_held(self, words: str) -> bool:
        with OneAtATime.turn:
            return (
                WorkingCopy.objects.filter(content=words).exists()
                or Post.everything.filter(content=words, version__gt=0).exists()
            )

// When the words leave for the server: two seconds after the last key and three after the first, when the tab is
// left, when the network is back; after a failure again and again, ever more seldom.
const autosave = {
  PAUSE: 2000,
  LONGEST: 2600, // and the way there
  timers: {},
  failures: 0,
  leaving: false,
  underWay: null,

  later(name, wait) {
    this.timers[name] ??= setTimeout(() => this.now(), wait);
  },
  soon() {
    if (this.failures) return;
    clearTimeout(this.timers.pause);
    this.timers.pause = null;
    this.later("pause", this.PAUSE);
    this.later("longest", this.LONGEST);
  },
  now() {
    Object.values(this.timers).forEach(clearTimeout);
    this.timers = {};
    if (typed.unsaved) htmx.trigger("#autosave", "autosave");
    else state.settled();
  },
  // What is under way, or waits behind it, might go with the page.
  leave() {
    if (this.underWay && !(this.underWay.request.keepalive && this.underWay.words === typed.now())) htmx.trigger("#autosave", "htmx:abort");
    else if (this.underWay) return;
    this.leaving = true;
    this.now();
  },
  stop() {
    htmx.trigger("#autosave", "htmx:abort");
    this.now = this.leave = () => {};
  },
  failed(reason) {
    this.failures += 1;
    state.failed(reason);
    this.later("again", 1000 * Math.min(60, 2 ** this.failures));
  },
};

for (const change of ["input", "change"]) {
  document.addEventListener(change, ({ target }) => {
    if (!target.closest(".post-form")) return;
    state.changed();
    autosave.soon();
  });
}
document.addEventListener("visibilitychange", () => {
  if (!typed.form || !typed.unsaved) return;
  if (document.visibilityState === "hidden") autosave.leave();
  else if (autosave.failures) autosave.now();
});
for (const back of ["online", "focus"]) addEventListener(back, () => typed.form && autosave.failures && autosave.now());

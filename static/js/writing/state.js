// The line beside the buttons tells where the words are, and tells the truth: "Saved" only while the server has
// confirmed exactly what is in the form. It is spoken when something new is to be told, not with every pause.
const untimed = (text) => text.replace(/\d\d:\d\d/, ""); // "Saved 14:03" after "Saved 14:02" is nothing new
const state = {
  reason: "", // why the last autosave failed
  saved: "", // what the server said of the last that did not
  spoken: "",

  get line() {
    return document.getElementById("autosave-state");
  },
  // What an answer is about to put there.
  of(answer) {
    return new DOMParser().parseFromString(answer, "text/html").getElementById("autosave-state").textContent;
  },
  // What is about to stand there is spoken, unless it was the last that was.
  announce(text, { quietly = false, failed = false } = {}) {
    const region = document.getElementById("autosave");
    region.setAttribute("aria-live", quietly || untimed(text) === untimed(this.spoken) ? "off" : "polite");
    region.toggleAttribute("data-failed", failed);
    if (!quietly) this.spoken = text;
  },
  say(text, how) {
    if (this.line.textContent === text) return;
    this.announce(text, how);
    this.line.textContent = text;
  },
  changed() {
    if (this.reason) this.failed(this.reason);
    else this.say(gettext("Unsaved changes"), { quietly: true });
  },
  failed(reason) {
    this.reason = reason;
    this.say(device.keep() ? `${reason} ${gettext("Kept on this device.")}` : reason, { failed: true });
  },
  // Nothing is typed that is not saved.
  settled() {
    this.reason = "";
    this.say(this.saved);
  },
};

document.addEventListener("DOMContentLoaded", () => {
  if (typed.form) state.saved = state.line.textContent;
});
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.sourceElement.id === "autosave" && !typed.unsaved) state.saved = state.line.textContent;
});

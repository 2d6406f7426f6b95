// What an autosave is answered. Only the server's own word for this very request counts as saved: not a page that
// somebody else put in its place, and not one that a save which was under way may have taken with it.
{
  const REASONS = {
    401: gettext("Not saved: you are signed out."),
    403: gettext("Not saved: the server did not accept it. Reload the page in another tab, then come back."),
    404: gettext("Not saved: this post is not here any more."),
    413: gettext("Not saved: this is more than the server takes."),
  };
  const isAutosave = ({ sourceElement }) => sourceElement.id === "autosave";
  let signedOut = false; // has been told

  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    if (!isAutosave(ctx)) return;
    const kept = typed.told(ctx, "kept");
    if (kept && Number(kept.order) === ctx.order) return confirm(ctx, kept);
    const { status } = ctx.response;
    if (status === 422 && ctx.text.includes('id="autosave-state"')) return refuse(ctx);
    if (status !== 401 || signedOut) event.preventDefault(); // nothing of it is shown, but once the way to sign in
    signedOut = status === 401;
    autosave.failed(REASONS[status] ?? gettext("Not saved: the server did not answer as it should."));
  });
  document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
    if (!ctx || !isAutosave(ctx) || !typed.unsaved) return;
    autosave.failed(navigator.onLine ? gettext("Not saved: the server did not answer.") : gettext("Not saved: no connection."));
  });
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (autosave.underWay === ctx) autosave.underWay = null;
  });

  const confirm = (ctx, { keptAs }) => {
    if (keptAs) typed.form.dataset.keptAs = keptAs;
    if (ctx.saves === typed.saves && !typed.saving) typed.server = ctx.words;
    autosave.failures = 0;
    document.querySelector("#messages [data-level=error]")?.remove(); // whatever it was, it is over
    state.reason = "";
    signedOut = false;
    device.keep(); // or takes it off
    if (!typed.unsaved) return state.announce(state.of(ctx.text));
    ctx.swap = "none"; // it speaks of fewer words than there are
    state.changed();
    autosave.soon();
  };
  // The server says why; trying again would change nothing.
  const refuse = (ctx) => {
    state.announce(state.of(ctx.text), { failed: true });
    device.keep();
  };
}

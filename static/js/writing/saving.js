// What is typed while a save is under way stays. After a success the page stays with it, and the form goes on from
// what was saved. So it does while a picture is on its way into the text: the save went without it.
{
  const isSave = ({ sourceElement, request }) => sourceElement === typed.form && request.method === "POST";
  const changed = (ctx) => typed.now() !== ctx.words || pictures.queue.length > 0;
  const without = (ctx) => {
    const { names } = pictures, typedSince = typed.now() !== ctx.words;
    if (!names) return gettext("Saved, without what you typed since");
    if (!typedSince) return gettext("Saved, without %(names)s, still on its way", { names });
    return gettext("Saved, without what you typed since and %(names)s, still on its way", { names });
  };

  const follow = ({ version, submission, action, autosave: address, keptAs }, form = typed.form) => {
    form.elements.version.value = version;
    form.elements.submission.value = submission;
    for (const name of ["action", "hx-post"]) form.setAttribute(name, action);
    document.getElementById("autosave").setAttribute("hx-post", address);
    document.getElementById("save-buttons").setAttribute("hx-get", action);
    form.dataset.keptAs = keptAs;
    history.replaceState(history.state, "", action);
  };

  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    if (!isSave(ctx)) return;
    Object.assign(ctx, { words: typed.now(), values: typed.values(), order: typed.next() });
    ctx.request.body.set("order", ctx.order);
    ctx.request.body.set("tab", device.own);
    typed.saves += 1;
    typed.saving += 1;
  });
  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    if (!isSave(ctx)) return;
    const saved = typed.told(ctx, "saved"), { status } = ctx.response;
    const known = ctx.hx.redirect ? !changed(ctx) : ctx.text.includes('id="post-form"');
    const ours = saved ? Number(saved.order) === ctx.order : known;
    if (!ours && (status < 400 || status === 409 || status === 422)) {
      event.preventDefault(); // somebody else's page, in place of the answer, would take the place of the form
      htmx.trigger(typed.form, "htmx:error", { ctx });
    }
    if (!ours || !saved) return;
    typed.server = ctx.words;
    device.keep(); // or takes it off
    typed.left = !changed(ctx);
    if (typed.left) return;
    event.preventDefault(); // the page is not left
    follow(saved);
    state.say((ctx.said = without(ctx)));
    pictures.missed = pictures.queue.length > 0;
    htmx.trigger("#save-buttons", "stayed");
  });
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (!isSave(ctx) || !ctx.words) return;
    typed.saving -= 1;
    if (!typed.unsaved) return;
    if (!ctx.said || state.line.textContent !== ctx.said) state.changed();
    autosave.soon();
  });
}

// A save that is refused, or clashes, brings the form again: the fields that were changed meanwhile keep what is in
// them, and the author keeps the place where the next key goes.
{
  document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
    if (ctx.sourceElement !== typed.form || !ctx.values || typed.now() === ctx.words) return;
    const { activeElement: field } = document, { elements: { version } } = typed.form;
    const newer = Object.entries(typed.values()).filter(([name, value]) => value !== ctx.values[name]);
    Object.assign(ctx, { newer, began: version.value, field, caret: [field.selectionStart, field.selectionEnd] });
  });
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (!ctx.newer) return;
    typed.fill(Object.fromEntries(ctx.newer));
    if (ctx.response.status === 409) typed.form.elements.version.value = ctx.began; // so that the next save merges again
    ctx.field.focus({ preventScroll: true });
    if (ctx.caret[0] != null) ctx.field.setSelectionRange(...ctx.caret);
  });
}

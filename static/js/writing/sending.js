// An autosave leaves with the words that are in the form at that moment, not with those of when it began to wait,
// and outlives the page where the browser lets it.
document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.sourceElement.id !== "autosave") return;
  if (!typed.unsaved) return event.preventDefault(); // saved while it waited
  Object.assign(ctx, { words: typed.now(), order: typed.next(), saves: typed.saving ? null : typed.saves });
  autosave.underWay = ctx;
  const body = new FormData(typed.form); // as it is now, not as it was when this began to wait
  body.set("order", ctx.order);
  body.set("tab", device.own); // a browser's copy of this page has another
  ctx.request.body = new URLSearchParams([...body].filter(([, value]) => typeof value === "string"));
  ctx.request.keepalive = autosave.leaving && String(ctx.request.body).length < 60_000;
  autosave.leaving = false;
}, true); // before the token is put in

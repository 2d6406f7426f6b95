// The focus stays where the work is. A button that is disabled while it sends, or leaves with its row, would drop
// it to <body>; what takes it by `autofocus` (Undo, the error summary) keeps it.
{
  const lost = () => !document.activeElement || document.activeElement === document.body;

  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    if (["click", "submit"].includes(ctx.sourceEvent.type)) ctx.focused = ctx.request.submitter ?? document.activeElement;
  });
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    // htmx enables the buttons again right after this event.
    if (ctx.focused) queueMicrotask(() => {
      const places = [
        ctx.focused,
        document.getElementById(ctx.focused.id),
        document.getElementById(ctx.target?.id)?.querySelector("a:not([tabindex='-1']), button:not([hidden])"),
        document.getElementById("main"),
      ];
      while (lost() && places.length) places.shift()?.focus({ preventScroll: true });
    });
  });
}

// Pictures on their way into the text when form or field are swapped, or the page is left. The answer to a save, or to
// a check, knows nothing of their lines: they stay where they are, or go on at the end of a text that is another by now.
{
  document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
    const { field } = place;
    if (!field || !pictures.queue.length) return;
    ctx.lines = { text: field.value, caret: [field.selectionStart, field.selectionEnd] };
  });
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    const { field } = place, { text, caret } = ctx.lines ?? {};
    if (!ctx.lines || field.value === text) return;
    if (place.strip(text) === field.value) {
      field.value = text;
      field.setSelectionRange(...caret);
    } else {
      const missing = pictures.queue.filter(({ id }) => !place.find(field.value, (own) => own === id));
      if (missing.length) field.value += place.lines(field.value, field.value.length, missing)[0];
    }
    for (const { batch } of pictures.queue) batch.words = place.strip(field.value);
  });

  // The page is not left with one of them on its way, unless the author says so; and then nothing of it stays.
  // The listener is there for no longer than that: see leave.js.
  const ask = (event) => event.preventDefault();
  for (const told of ["htmx:before:request", "htmx:finally:request"]) {
    document.addEventListener(told, () => (pictures.queue.length ? addEventListener : removeEventListener)("beforeunload", ask));
  }
  addEventListener("pagehide", () => {
    for (const picture of pictures.queue) {
      pictures.settle(picture);
      pictures.callBack(picture);
      picture.row.remove();
    }
  });
}

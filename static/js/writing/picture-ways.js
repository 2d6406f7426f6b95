// A picture for the text from the file picker, or from one's own pictures. For those that are dropped or pasted see
// drop.js.
{
  const PICKER = "#id_body_image";

  document.addEventListener("focusin", ({ target }) => (place.visited ||= target === place.field));
  document.addEventListener("click", ({ target }) => {
    if (target.matches(PICKER)) target.multiple = true; // without JavaScript the form sends one
  });
  document.addEventListener("change", ({ target }) => {
    if (!target.matches(PICKER) || !target.files.length) return;
    const files = [...target.files];
    target.value = ""; // it does not travel with the form
    pictures.add(files);
  });
  document.addEventListener("picture:chosen", (event) => {
    const { pick, markdown } = event.detail, { field } = place;
    if (pick !== "text") return;
    event.preventDefault();
    const at = outsidePicture(field.value, place.caret), [before, after] = place.breaks(field.value, at);
    rewrite(field, at, at, before + markdown + after);
    field.setSelectionRange(at + before.length + markdown.length, at + before.length + markdown.length);
  });
}

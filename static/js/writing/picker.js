// In the editor: one's own pictures in a dialog. What is chosen there is told as `picture:chosen`. One for the lead
// takes its place in the field; for the text see picture-ways.js.
{
  const dialog = () => document.getElementById("picture-picker");
  const tell = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));

  const lead = (slot, alt) => {
    const field = document.getElementById("field-featured_image"), { image_alt: words } = typed.form.elements;
    field.querySelector(".picture-slot").replaceWith(slot);
    field.querySelector(".field-errors").replaceChildren();
    field.querySelector("[type=file]").value = "";
    field.querySelector("[data-upload-status]").textContent = gettext("The picture is here.");
    if (!words.value.trim()) words.value = alt;
    tell(words);
    field.querySelector("[type=file]").focus();
  };

  document.addEventListener("htmx:after:swap", () => {
    const body = document.getElementById("picture-picker-body");
    if (!body || dialog().open) return;
    dialog().showModal();
    dialog().querySelector("[type=search]").focus();
  });
  document.addEventListener("click", ({ target }) => {
    const choice = target.closest?.("[data-choose]");
    if (target.closest?.("[data-close-picker]")) dialog().close();
    if (!choice) return;
    const { pick } = choice.closest("[data-pick]").dataset, { markdown, alt } = choice.dataset;
    const slot = choice.parentElement.querySelector("template").content.firstElementChild.cloneNode(true);
    dialog().close();
    document.dispatchEvent(new CustomEvent("picture:chosen", { detail: { pick, markdown, alt }, cancelable: true }));
    if (pick === "lead") lead(slot, alt);
    else typed.form.elements.content.focus();
  });
  // What it showed is old by the next time.
  document.addEventListener("close", ({ target }) => target === dialog() && document.getElementById("picture-picker-body").replaceWith(), true);
}

// The file chosen in a `data-upload` field is shown at once and sent on its own, with progress and Cancel.
// The server's picture then takes the place of the local one, and its token that of the file.
{
  const underWay = new WeakMap(); // field -> the request that it waits for
  const partsOf = (field) => ({
    input: field.querySelector("[type=file]"),
    status: field.querySelector(".picture-progress"),
    bar: field.querySelector("progress"),
    percent: field.querySelector("[data-percent]"),
  });
  const uploadOf = ({ sourceElement }) => (sourceElement.type === "file" ? sourceElement.closest("[data-upload]") : null);

  const tell = ({ bar, percent }, share) => {
    bar.value = share;
    percent.textContent = `${Math.floor(100 * share)} %`;
  };
  const show = ({ status }, file) => {
    status.querySelector("img")?.remove();
    status.hidden = !file;
    if (!file) return;
    const picture = Object.assign(new Image(), { alt: "", src: URL.createObjectURL(file) });
    picture.onload = picture.onerror = () => URL.revokeObjectURL(picture.src);
    status.prepend(picture);
  };

  document.addEventListener("htmx:before:request", (event) => {
    const { ctx } = event.detail, field = uploadOf(ctx);
    if (!field) return;
    const parts = partsOf(field), { input } = parts, [file] = input.files;
    if (!file) return event.preventDefault();
    underWay.set(field, ctx);
    field.querySelector(".field-errors").replaceChildren();
    tell(parts, 0);
    show(parts, file);
    ctx.request.body = new FormData(); // the rest of the form stays here
    ctx.request.body.append(input.name, file);
    ctx.fetch = (url, request) => sendWithProgress(url, request, (share) => tell(parts, share));
  });
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    const field = uploadOf(ctx);
    if (!field || underWay.get(field) !== ctx) return;
    const parts = partsOf(field), { input, status } = parts, answer = ctx.response?.status;
    if (status.contains(document.activeElement)) input.focus();
    show(parts, null);
    input.setAttribute("aria-invalid", answer === 422);
    field.querySelector("[data-upload-status]").textContent = answer === 200 ? gettext("The picture is here.") : "";
    // Held or refused, it need not travel again. Where no answer came, saving the form sends it.
    if (answer === 200 || answer === 422) input.value = "";
  });
  document.addEventListener("click", ({ target }) => {
    if (!target.matches("[data-cancel]")) return;
    const { input } = partsOf(target.closest("[data-upload]"));
    htmx.trigger(input, "htmx:abort");
    input.value = "";
  });
}

// What is shown under the text of a picture on its way: its name, how far it is, and the way to call it back; then,
// where it did not arrive, why.
const pictureRow = {
  // A picture to be sent, with its row.
  make(file) {
    const name = file.name.replace(/[[\]\\\s]+/g, " ").slice(-60).trim() || gettext("picture"), id = Math.random().toString(36).slice(2, 10);
    const row = document.getElementById("body-picture-upload").content.firstElementChild.cloneNode(true);
    row.file = file;
    row.querySelector("[data-name]").textContent = name;
    row.querySelector("progress").setAttribute("aria-label", gettext("Sending %(name)s", { name }));
    for (const button of row.querySelectorAll("button")) button.setAttribute("aria-label", `${button.textContent}: ${name}`);
    document.querySelector("#body-picture-uploads ul").append(row);
    return { file, name, row, id };
  },
  // Such a file need not travel to be told so.
  isTooLarge(picture) {
    const most = Number(typed.form.elements.body_image.dataset.most);
    const [size, limit] = [picture.file.size, most].map((bytes) => Math.ceil(bytes / 2 ** 20));
    if (picture.file.size > most) this.fail(picture, gettext("The file is %(size)s MB; the limit is %(limit)s MB.", { size, limit }));
    return picture.file.size > most;
  },
  tell({ row }, share) {
    row.querySelector("progress").value = share;
  },
  fail({ row, name }, reason, again) {
    const dismiss = row.querySelector("[data-call-back]");
    row.querySelector("progress").remove();
    row.querySelector("[data-reason]").textContent = reason;
    row.querySelector("[data-again]").hidden = !again;
    dismiss.textContent = gettext("Dismiss");
    dismiss.setAttribute("aria-label", `${dismiss.textContent}: ${name}`);
  },
};

document.addEventListener("click", ({ target }) => {
  const row = target.closest(".body-picture-upload"), picture = pictures.queue.find((one) => one.row === row);
  if (!row || !target.matches("button")) return;
  const at = place.caret;
  place.field.focus({ preventScroll: true }); // the button goes
  if (picture) return pictures.callBack(picture);
  row.remove();
  if (target.matches("[data-again]")) pictures.add([row.file], at);
});

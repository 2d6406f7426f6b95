// A picture that is dropped on a form with a `data-upload` field, or pasted in it, is as good as one chosen there.
// On the text of a post it goes into the text, where it is dropped or where the caret is.
{
  const fieldOf = (element) => element.closest("form")?.querySelector("[data-upload]");
  const carriesFiles = ({ dataTransfer }) => dataTransfer?.types.includes("Files");

  const textOf = (element) => (element === place.field ? element : null);
  const pointOf = (text, { clientX, clientY }) => {
    const found = document.caretPositionFromPoint?.(clientX, clientY);
    return found?.offsetNode === text ? found.offset : text.selectionEnd;
  };

  const give = (field, file) => {
    const input = field.querySelector("[type=file]");
    const transfer = new DataTransfer();
    transfer.items.add(file);
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const mark = (field) => {
    for (const other of document.querySelectorAll("[data-upload], #id_content")) other.toggleAttribute("data-dragging", other === field);
  };

  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event) || !document.querySelector("[data-upload]")) return;
    event.preventDefault(); // also beside the form: the browser would open the file in place of the page
    mark(textOf(event.target) ?? fieldOf(event.target));
  });
  document.addEventListener("dragleave", ({ relatedTarget }) => relatedTarget || mark(null));
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event) || !document.querySelector("[data-upload]")) return;
    event.preventDefault();
    mark(null);
    const field = fieldOf(event.target), text = textOf(event.target), { files } = event.dataTransfer;
    if (!field || !files.length) return;
    if (text) pictures.add(files, pointOf(text, event));
    else give(field, files[0]);
  });
  document.addEventListener("paste", (event) => {
    const field = fieldOf(event.target);
    const files = [...event.clipboardData.files].filter(({ type }) => type.startsWith("image/"));
    // Office programs put a picture of the text beside the text.
    if (!field || !files.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    if (textOf(event.target)) pictures.add(files);
    else give(field, files[0]);
  });
}

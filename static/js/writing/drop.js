// A picture that is dropped on a form with a `data-upload` field, or pasted in it, is as good as one chosen there.
{
  const fieldOf = (element) => element.closest("form")?.querySelector("[data-upload]");
  const carriesFiles = ({ dataTransfer }) => dataTransfer?.types.includes("Files");

  const give = (field, file) => {
    const input = field.querySelector("[type=file]");
    const transfer = new DataTransfer();
    transfer.items.add(file);
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const mark = (field) => {
    for (const other of document.querySelectorAll("[data-upload]")) other.toggleAttribute("data-dragging", other === field);
  };

  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event) || !document.querySelector("[data-upload]")) return;
    event.preventDefault(); // also beside the form: the browser would open the file in place of the page
    mark(fieldOf(event.target));
  });
  document.addEventListener("dragleave", ({ relatedTarget }) => relatedTarget || mark(null));
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event) || !document.querySelector("[data-upload]")) return;
    event.preventDefault();
    mark(null);
    const field = fieldOf(event.target);
    if (field && event.dataTransfer.files.length) give(field, event.dataTransfer.files[0]);
  });
  document.addEventListener("paste", (event) => {
    const field = fieldOf(event.target);
    const picture = [...event.clipboardData.files].find(({ type }) => type.startsWith("image/"));
    // Office programs put a picture of the text beside the text.
    if (!field || !picture || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    give(field, picture);
  });
}

// A `data-one-line` textarea wraps, but holds one line: Enter goes on to the next field.
{
  const grow = (field) => {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  };

  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key !== "Enter" || event.isComposing || !field.matches("[data-one-line]")) return;
    event.preventDefault();
    const fields = [...field.form.elements];
    fields.slice(fields.indexOf(field) + 1).find((next) => next.matches("input, textarea")).focus();
  });
  if (!CSS.supports("field-sizing", "content")) {
    document.addEventListener("input", ({ target }) => target.matches("[data-one-line]") && grow(target));
    document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-one-line]").forEach(grow));
  }
}

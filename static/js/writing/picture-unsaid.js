// Nothing that leaves the form has the lines of pictures on their way: htmx and the browser read it through this event.
document.addEventListener("formdata", ({ formData }) => {
  if (formData.has("content")) formData.set("content", place.strip(formData.get("content")));
});
// A browser that crashed brings them back into a text that nothing is on its way to.
document.addEventListener("DOMContentLoaded", () => {
  const { field } = place;
  if (field && place.find(field.value)) field.value = place.strip(field.value);
});

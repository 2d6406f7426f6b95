// What is typed in the form, letter by letter, and who has confirmed to hold it: the server, this device, or neither.
const typed = {
  FIELDS: ["title", "content", "excerpt", "tags", "image_alt", "slug", "publish_at", "language"], // what a device may keep
  LEFT_OUT: ["csrfmiddlewaretoken", "version", "submission", "copy", "writer", "status"],
  at: 0, // when the last key was pressed
  saving: 0, // saves under way
  saves: 0, // saves begun: they take the working copy with them
  order: 0, // of what this form sends
  server: null,
  device: null,

  get form() {
    return document.querySelector(".post-form");
  },
  now(was = false) {
    const fields = [...this.form.elements].filter(({ name, type }) => name && type !== "file" && !this.LEFT_OUT.includes(name));
    const chosen = ({ options }) => ([...options].find((option) => option.defaultSelected) ?? options[0]).value;
    const value = (field) => (was ? (field.defaultValue ?? chosen(field)) : this.said(field));
    const ticked = (field) => (was ? field.defaultChecked : field.checked);
    return JSON.stringify(fields.map((field) => [field.name, field.type === "checkbox" ? ticked(field) : value(field)]));
  },
  // What the author has typed there: not the lines of pictures on their way.
  said({ name, value }) {
    return name === "content" ? place.strip(value) : value;
  },
  values() {
    return Object.fromEntries(this.FIELDS.map((name) => [name, this.said(this.form.elements[name])]));
  },
  fill(values) {
    for (const [name, value] of Object.entries(values)) {
      const field = this.form.elements[name];
      if (field && field.value !== value) field.value = value;
    }
  },
  get unsaved() {
    return Boolean(this.form) && this.now() !== this.server;
  },
  next() {
    return (this.order = Math.max(Date.now(), this.order + 1));
  },
  // What our server says beside an answer; nothing if it was not ours that answered.
  told({ hx, response }, name) {
    try {
      return response.status === 200 ? JSON.parse(hx.trigger)[name] : undefined;
    } catch {
      return undefined;
    }
  },
};

document.addEventListener("DOMContentLoaded", () => {
  if (!typed.form) return;
  typed.server = typed.now(true);
  // After Reload or Back a browser puts old words into the new form: they are offered, as those of the device are.
  const { type } = performance.getEntriesByType("navigation")[0] ?? {};
  if (["reload", "back_forward"].includes(type) && typed.unsaved && device.keep()) typed.form.reset();
});

// What was typed about a picture goes along with whatever its page sends: replacing it, or using it, leaves the page.
document.addEventListener("formdata", ({ target, formData }) => {
  const about = target.closest("#picture-edit") && document.getElementById("picture-form");
  if (about && target !== about) formData.set("alt", about.elements.alt.value);
});

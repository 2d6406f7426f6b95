// A button with `data-empties` closes the region that it names and gives the focus to the button that fills it.
document.addEventListener("click", ({ target }) => {
  const selector = target.closest("[data-empties]")?.dataset.empties;
  if (!selector) return;
  const region = document.querySelector(selector);
  for (const child of region.children) htmx.trigger(child, "htmx:abort"); // a late answer would open it again
  region.replaceChildren();
  document.querySelector(`button[hx-target="${selector}"]`).focus({ preventScroll: true });
});

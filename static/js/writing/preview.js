// A button with `data-empties` closes the region that it names and gives the focus to the button that fills it.
document.addEventListener("click", ({ target }) => {
  const selector = target.closest("[data-empties]")?.dataset.empties;
  if (!selector) return;
  const region = document.querySelector(selector);
  for (const child of region.children) htmx.trigger(child, "htmx:abort"); // a late answer would open it again
  region.replaceChildren();
  if (matchMedia("(width < 62rem)").matches) document.querySelector(".post-form-text").scrollIntoView();
  document.querySelector(`button[hx-target="${selector}"]`).focus({ preventScroll: true });
});

// In one column the preview takes the text's place: what was asked for comes into view.
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const asked = ctx.sourceElement.matches("button[formaction]") && matchMedia("(width < 62rem)").matches;
  if (asked) document.getElementById(ctx.target.id)?.scrollIntoView();
});

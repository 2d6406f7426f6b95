// A click with Ctrl, Cmd, Shift or Alt on a link is the browser's: htmx 4.0.1 would cancel it and do nothing.
document.addEventListener("click", (event) => {
  const modified = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (modified && event.target.closest("a[data-htmx-powered]")) event.stopPropagation();
}, true);

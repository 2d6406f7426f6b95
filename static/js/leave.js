// Asks before a post that was changed and not saved is left. The listener comes with the first change and goes
// with the save: while it is there, browsers do not keep the page for Back.
{
  const ask = (event) => event.preventDefault();

  for (const change of ["input", "change"]) {
    document.addEventListener(change, ({ target }) => {
      if (target.closest(".post-form")) addEventListener("beforeunload", ask);
    });
  }
  document.addEventListener("htmx:after:request", ({ target, detail: { ctx } }) => {
    if (target.matches?.(".post-form") && ctx.response.status < 300) removeEventListener("beforeunload", ask);
  });
}

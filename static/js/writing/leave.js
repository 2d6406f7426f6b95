// Asks before words are left that neither the server nor this device holds. The listener is there only while
// something is unsaved: with it, browsers do not keep the page for Back.
{
  const stays = () => device.keep() && !localStorage.getItem("galley:signing-out");
  const ask = (event) => {
    if (!typed.unsaved) return;
    if (stays()) autosave.leave(); // before the next page is asked for, which may show it
    else event.preventDefault();
  };
  const watch = () => typed.form && (typed.unsaved ? addEventListener : removeEventListener)("beforeunload", ask);

  for (const change of ["input", "change"]) {
    document.addEventListener(change, ({ target }) => target.closest(".post-form") && addEventListener("beforeunload", ask));
  }
  for (const answered of ["htmx:after:request", "htmx:finally:request"]) document.addEventListener(answered, watch);

  // What is being discarded must not be kept once more on the way.
  document.addEventListener("submit", ({ target }) => target.closest("#working-copies") && autosave.stop());

  // A form that was saved and left has another version, another address and other buttons by now.
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted && typed.form && typed.left && device.keep()) location.reload();
  });
}

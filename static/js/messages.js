// Says so when an answer did not come, or is one that htmx leaves out of the page (see `noSwap` in base.html).
{
  const REASONS = {
    403: gettext("The server did not accept this. Reload the page in another tab, then try again here."),
    404: gettext("This is not here any more."),
    405: gettext("The server cannot do this."),
    413: gettext("This is more than the server takes at once."),
  };
  const SPOKEN = [400, 401, 409, 422, 429]; // the server says these itself
  let shown, cause;

  const say = ({ sourceElement }, reason) => {
    if (sourceElement.matches("[role=status]")) return; // it says so itself
    const kept = sourceElement.closest("form") ? gettext("What you wrote is still in the form.") : gettext("Nothing on this page has changed.");
    cause = sourceElement;
    shown = document.getElementById("message-error").content.firstElementChild.cloneNode(true);
    shown.querySelector("p").textContent = `${reason} ${kept}`;
    document.getElementById("messages").replaceChildren(shown);
  };

  document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
    if (ctx) say(ctx, navigator.onLine ? gettext("The server did not answer. Try again.") : gettext("You are offline. Try again when you are back."));
  });
  document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
    const { status } = ctx.response;
    if (!SPOKEN.includes(status)) say(ctx, REASONS[status] ?? gettext("Something went wrong on the server. Try again in a moment."));
  });
  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    if (ctx.sourceElement === cause && ctx.response.status < 400) shown.remove();
  });
}

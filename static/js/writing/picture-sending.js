// A picture for the text on the wire: the file alone travels, with its progress; the answer holds its Markdown.
{
  const REASONS = {
    401: gettext("You are signed out: sign in in another tab, then try again."),
    403: gettext("The server did not accept it. Reload the page in another tab, then try again."),
    413: gettext("This is more than the server takes."),
  };
  const isUpload = ({ sourceElement }) => sourceElement === pictures.said;
  const reason = ({ response }) => {
    if (response) return REASONS[response.status] ?? gettext("The server did not answer as it should.");
    return navigator.onLine ? gettext("The server did not answer.") : gettext("There is no connection.");
  };

  const end = (picture, ctx) => {
    const { name, row } = picture, status = picture.calledBack ? 0 : ctx.response?.status;
    const answer = new DOMParser().parseFromString(ctx.text ?? "", "text/html");
    const markdown = status === 200 && answer.querySelector("[data-markdown]")?.dataset.markdown;
    const refusal = status === 422 && answer.querySelector(".errorlist li")?.textContent;
    const there = pictures.settle(picture, markdown || "");
    pictures.say("");
    if (markdown && there) {
      const again = pictures.missed ? gettext("Save again to have it in the post.") : "", waits = answer.querySelector("[data-waits]")?.textContent ?? "";
      const said = gettext("%(name)s is in the text. Say between the brackets what it shows.", { name });
      pictures.say(`${said} ${again} ${waits}`);
      row.remove();
    } else if (picture.calledBack) pictures.gone(picture);
    else if (markdown) pictureRow.fail(picture, gettext("It arrived, but its place in the text is gone."), true);
    else pictureRow.fail(picture, refusal || reason(ctx), !refusal);
    pictures.missed &&= pictures.queue.length > 0;
  };

  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    if (!isUpload(ctx)) return;
    const [picture] = pictures.queue, body = new FormData(); // the rest of the form stays here
    picture.ctx = ctx;
    body.append("image", picture.file, picture.name);
    ctx.request.body = body;
    ctx.fetch = (url, request) => sendWithProgress(url, request, (share) => pictureRow.tell(picture, share));
  });
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    const picture = pictures.queue.find((one) => one.ctx === ctx);
    if (!picture) return;
    end(picture, ctx);
    queueMicrotask(() => pictures.next()); // htmx is done with this one by then
  });
}

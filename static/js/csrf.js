// The token is read from its cookie when a request leaves: a sign-in in another tab has made the form's own stale.
document.addEventListener("htmx:before:request", ({ detail: { ctx: { request } } }) => {
  const token = document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/)?.[1];
  if (!token || request.method === "GET") return;
  request.headers["X-CSRFToken"] = token;
  request.body?.delete?.("csrfmiddlewaretoken"); // Django believes the field before the header
});

// fetch() tells nothing of an upload under way; this stands in for it, for the behaviours that show progress.
function sendWithProgress(url, { method, headers, body, signal }, tell) {
  return new Promise((answer, fail) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.responseType = "blob";
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => tell(total ? loaded / total : 0);
    request.onload = () => {
      const lines = request.getAllResponseHeaders().trim().split("\r\n").filter(Boolean);
      const received = new Headers(lines.map((line) => line.split(/: (.*)/s, 2)));
      answer(new Response(request.response, { status: request.status, headers: received }));
    };
    request.onerror = () => fail(new TypeError("The upload failed"));
    request.onabort = () => fail(new DOMException("The upload was aborted", "AbortError"));
    signal.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}

// What `hx-confirm` asks is asked in the page's own dialog. Escape and Cancel close it without a value.
document.addEventListener("htmx:confirm", (event) => {
  const { ctx, issueRequest, dropRequest } = event.detail;
  const dialog = document.getElementById("confirm-dialog");
  event.preventDefault();
  dialog.querySelector("p").textContent = ctx.confirm;
  dialog.returnValue = "";
  dialog.addEventListener("close", () => (dialog.returnValue ? issueRequest : dropRequest)(), { once: true });
  dialog.showModal();
});

// The point that every crop keeps: two number fields hold it, and a mark on the picture shows it. A click sets it, a
// drag of the mark moves it, and so do the arrow keys. The crops beside it follow.
{
  const stageOf = (element) => element.closest?.("[data-focus-stage]");
  const fieldsOf = (stage) => ["focus_x", "focus_y"].map((name) => stage.closest("form").elements[name]);
  const percent = (share) => Math.max(0, Math.min(100, Math.round(share)));
  const point = (stage) => fieldsOf(stage).map(({ value }) => (value.trim() && !Number.isNaN(Number(value)) ? percent(Number(value)) : 50));
  let dragged;

  const show = (stage) => {
    const [x, y] = point(stage), mark = stage.querySelector("[role=slider]");
    mark.hidden = false;
    [mark.style.left, mark.style.top] = [`${x}%`, `${y}%`];
    mark.setAttribute("aria-valuenow", x);
    mark.setAttribute("aria-valuetext", gettext("%(x)s % from the left, %(y)s % from the top", { x, y }));
    for (const crop of document.querySelectorAll("[data-focus-crops] .picture")) {
      [["--focus-x", x], ["--focus-y", y]].forEach(([name, at]) => crop.style.setProperty(name, `${10 * Math.round(at / 10)}%`)); // as they are kept
    }
  };
  const set = (stage, ...to) => {
    fieldsOf(stage).forEach((field, axis) => (field.value = percent(to[axis])));
    show(stage);
  };
  const follow = (stage, { clientX, clientY }) => {
    const { left, top, width, height } = stage.getBoundingClientRect();
    set(stage, (100 * (clientX - left)) / width, (100 * (clientY - top)) / height);
  };
  const begin = () => document.querySelectorAll("[data-focus-stage]").forEach((stage) => {
    stage.setAttribute("data-live", ""); // may be larger: a click is no longer counted by the server
    show(stage);
  });

  document.addEventListener("DOMContentLoaded", begin);
  document.addEventListener("htmx:after:swap", begin);
  document.addEventListener("input", ({ target }) => {
    const stage = target.matches("[name^=focus_]") && target.form.querySelector("[data-focus-stage]");
    if (stage) show(stage);
  });
  document.addEventListener("click", (event) => {
    const stage = stageOf(event.target);
    if (!stage) return;
    event.preventDefault(); // the picture is a button, for those without a script
    if (event.detail) follow(stage, event); // not by a key
  });
  document.addEventListener("pointerdown", (event) => {
    const stage = stageOf(event.target), mark = event.target.matches("[role=slider]");
    if (stage && event.button === 0 && (mark || event.pointerType === "mouse")) dragged = stage; // a finger may scroll
  });
  document.addEventListener("pointermove", (event) => dragged && follow(dragged, event));
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => (dragged = null));
  document.addEventListener("dragstart", (event) => stageOf(event.target) && event.preventDefault());
  document.addEventListener("keydown", (event) => {
    const stage = event.target.matches("[role=slider]") && stageOf(event.target), step = event.shiftKey ? 10 : 1;
    const way = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
    if (!stage || !(way || event.key === "Home")) return;
    event.preventDefault();
    if (way) set(stage, ...point(stage).map((at, axis) => at + way[axis]));
    else set(stage, 50, 50);
  });
}

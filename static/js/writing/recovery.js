// Words that only this device has are shown beside those of the form. Nothing is put back by itself, and whatever
// is chosen can be undone while the page is there.
{
  const A_DAY = 86_400_000;
  const SIDES = {
    device: (label) => gettext("%(label)s, on this device", { label }),
    form: (label) => gettext("%(label)s, in the form", { label }),
  };
  const locale = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  const LABEL = (name) => typed.form.elements[name].labels[0].firstChild.textContent.trim();
  const clone = (id) => document.getElementById(id).content.cloneNode(true);
  const differing = ({ fields }, form) => typed.FIELDS.filter((name) => (fields[name] ?? "") !== form[name]);

  // [key, what is kept] of each, the newest first.
  const kept = () => {
    const prefix = `galley:${typed.form.dataset.keptAs}:`;
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(prefix) && key !== device.used);
    return keys.map((key) => [key, JSON.parse(localStorage.getItem(key))]).sort(([, a], [, b]) => b.at - a.at);
  };
  const write = (time, at) => {
    const moment = new Date(at);
    time.dateTime = moment.toISOString();
    time.textContent = moment.toLocaleString(locale, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  };

  const offer = (key, copy) => {
    const form = typed.values(), panel = clone("device-copy").firstElementChild, at = Date.parse(typed.form.dataset.keptAt);
    const find = (selector) => panel.querySelector(selector);
    write(find("[data-device-at]"), copy.at);
    if (at) write(find("[data-form-at]"), at);
    find("[data-form-has-time]").hidden = !at;
    find("[data-older]").hidden = !(at > copy.at);
    find("[data-begun]").hidden = copy.version === typed.form.elements.version.value;
    for (const name of differing(copy, form)) {
      const row = clone("device-copy-field");
      row.querySelector(".device-copy-label").textContent = LABEL(name);
      for (const [side, words] of [["device", copy.fields[name]], ["form", form[name]]]) {
        const text = row.querySelector(`[data-${side}]`);
        text.textContent = words || gettext("(nothing)");
        text.setAttribute("aria-label", SIDES[side](LABEL(name)));
      }
      find(".device-copy-texts").append(row);
    }
    panel.addEventListener("click", ({ target }) => choose(target.dataset.choice, panel, key, copy));
    document.getElementById("device-copies").append(panel);
  };

  document.addEventListener("DOMContentLoaded", () => {
    if (!typed.form) return;
    try {
      for (const [key, copy] of kept()) {
        const nothing = !Object.values(copy.fields).some((words) => words.trim());
        if (copy.gone < Date.now() - A_DAY || nothing || !differing(copy, typed.values()).length) localStorage.removeItem(key);
        else if (!copy.gone) offer(key, copy);
      }
    } catch { /* the device keeps nothing */ }
  });
}

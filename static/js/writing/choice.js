// What the author makes of the words that this device has, see recovery.js; each choice but "later" can be undone.
const choose = (() => {
  const put = (fields, version, copy) => {
    const { elements } = typed.form;
    typed.fill(fields);
    // What they began from, so that saving brings both together, and so that no other working copy is overwritten.
    [elements.version.value, elements.copy.value] = [version, copy];
    elements.content.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const SAID = {
    device: gettext("The words of this device are in the form."),
    form: gettext("The form stays as it is. The words of this device are put away, and deleted after a day."),
  };
  const answer = (panel, choice, undo) => {
    const whole = [...panel.childNodes], chosen = document.getElementById("device-copy-chosen").content.cloneNode(true);
    panel.replaceChildren(chosen);
    panel.querySelector("p").textContent = SAID[choice];
    panel.querySelector("button").focus();
    panel.undo = () => {
      undo();
      panel.replaceChildren(...whole);
      panel.querySelector("button").focus();
    };
  };

  return (choice, panel, key, copy) => {
    const { version, copy: seen } = typed.form.elements, said = JSON.stringify(copy);
    if (choice === "undo") return panel.undo();
    if (choice === "later") {
      panel.remove();
      typed.form.elements.title.focus();
    } else if (choice === "form") {
      localStorage.setItem(key, JSON.stringify({ ...copy, gone: Date.now() }));
      answer(panel, choice, () => localStorage.setItem(key, said));
    } else if (choice === "device") {
      const before = [typed.values(), version.value, seen.value];
      put(copy.fields, copy.version, copy.copy);
      if (device.keep()) localStorage.removeItem(key);
      answer(panel, choice, () => {
        put(...before);
        localStorage.setItem(key, said);
      });
    }
  };
})();

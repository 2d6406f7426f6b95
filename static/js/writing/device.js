// Keeps what is typed on this device: within a second, by user and post, and for each form on its own, so that two
// new posts, or two tabs, do not overwrite each other. Never a token. It goes when the server has confirmed the words.
const device = {
  own: `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`,
  used: null, // the key that holds them now

  get key() {
    return `galley:${typed.form.dataset.keptAs}:${this.own}`;
  },
  // Whether the device, or the server, holds what is typed now.
  keep() {
    if (!typed.unsaved) return this.forget();
    const words = typed.now();
    if (typed.device === words && this.used === this.key) return true;
    const { version, copy } = typed.form.elements;
    const kept = { at: typed.at || Date.now(), version: version.value, copy: copy.value, fields: typed.values() };
    try {
      localStorage.setItem(this.key, JSON.stringify(kept));
    } catch {
      typed.device = null; // full, or forbidden
      return false;
    }
    if (this.used && this.used !== this.key) localStorage.removeItem(this.used); // a new post has got its number
    this.used = this.key;
    typed.device = words;
    return true;
  },
  forget() {
    if (this.used) localStorage.removeItem(this.used);
    this.used = typed.device = null;
    return true;
  },
};

{
  let timer;
  for (const change of ["input", "change"]) {
    document.addEventListener(change, ({ target }) => {
      if (!target.closest(".post-form")) return;
      typed.at = Date.now();
      timer ??= setTimeout(() => {
        timer = null;
        device.keep();
      }, 500);
    });
  }
  for (const left of ["visibilitychange", "pagehide"]) addEventListener(left, () => typed.form && device.keep());
  addEventListener("storage", ({ key, newValue }) => {
    if (newValue === null && (key === null || key === device.used)) typed.device = device.used = null; // another tab took it
  });
}

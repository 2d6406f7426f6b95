// Signing out takes the words that were kept on this device off it: others may use it. What asks to sign out may
// fail, so they go when a page is there that offers to sign in.
{
  const ASKED = "galley:signing-out";
  const ours = () => Object.keys(localStorage).filter((key) => key.startsWith("galley:"));

  document.addEventListener("submit", ({ target }) => {
    if (target.matches("[data-sign-out]")) try { localStorage.setItem(ASKED, "1"); } catch { /* then nothing is kept */ }
  });
  const out = () => !document.querySelector("[data-sign-out]") && document.querySelector(".site-nav");
  const forget = () => {
    try {
      if (localStorage.getItem(ASKED)) for (const key of out() ? ours() : [ASKED]) localStorage.removeItem(key);
    } catch { /* forbidden: then nothing is kept either */ }
  };
  forget();
  // What the page before has written may be heard of a moment later; of a page that has long been open it is not said.
  addEventListener("storage", () => performance.now() < 5000 && out() && forget());
}

// Signing out takes the words that were kept on this device off it: others may use it. What asks to sign out may
// fail, so they go when a page is there that offers to sign in.
{
  const ASKED = "galley:signing-out";
  const ours = () => Object.keys(localStorage).filter((key) => key.startsWith("galley:"));

  document.addEventListener("submit", ({ target }) => {
    if (target.matches("[data-sign-out]")) try { localStorage.setItem(ASKED, "1"); } catch { /* then nothing is kept */ }
  });
  try {
    if (localStorage.getItem(ASKED)) {
      const out = !document.querySelector("[data-sign-out]") && document.querySelector(".site-nav");
      for (const key of out ? ours() : [ASKED]) localStorage.removeItem(key);
    }
  } catch { /* forbidden: then nothing is kept either */ }
}

// A picture's line in the text and what came in its place are two steps for Undo, and one for the author: where Undo or
// Redo brings back the line of a picture that is on its way no more, the next step follows at once.
{
  let passing = false;
  const OTHER = { undo: "redo", redo: "undo" };

  const words = (text) => place.strip(text).replace(/!\[[^\]\n]*\]\(\/images\/[^)\n]*\)|\s/g, "");
  const pass = (field, command) => {
    passing = true;
    for (let text = ""; place.findDead(field.value) && text !== field.value; ) {
      text = field.value;
      document.execCommand(command);
      if (words(field.value) !== words(text)) document.execCommand(OTHER[command]); // what the author typed since stays
    }
    passing = false;
  };
  // Else it stays until the next letter is typed. Nobody but the author sees it meanwhile.
  const clear = (field) => {
    for (let found; (found = place.findDead(field.value)); ) rewrite(field, ...(found.words ? [found.start, found.end] : found.whole), found.words);
  };

  document.addEventListener("input", ({ target, inputType }) => {
    if (target !== place.field || passing || !place.findDead(target.value)) return;
    const command = { historyUndo: "undo", historyRedo: "redo" }[inputType];
    if (command) pass(target, command);
    else setTimeout(() => clear(target)); // one command at a time
  });
}

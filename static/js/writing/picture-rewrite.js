// Puts `words` in the place of what stands from `start` to `end` in the text, as if they were typed: Undo takes them
// back, and the caret stays where it is in the words around them.
const rewrite = (() => {
  let composing = false;
  for (const [event, is] of [["compositionstart", true], ["compositionend", false]]) {
    document.addEventListener(event, () => (composing = is));
  }
  // Elsewhere something is typed: the focus, and with it a half-typed letter, must stay there.
  const OTHERS = "input:not([type=file]), textarea, select";
  const busy = (field) => composing || (document.activeElement !== field && document.activeElement?.matches(OTHERS));

  return (field, start, end, words) => {
    const { selectionStart, selectionEnd, selectionDirection } = field, [x, y] = [scrollX, scrollY];
    const moved = (at) => (at <= start ? at : at < end ? start : at + words.length - (end - start));
    const typing = !busy(field);
    if (typing) {
      field.focus({ preventScroll: true });
      field.setSelectionRange(start, end);
    }
    if (!typing || !document.execCommand(words ? "insertText" : "delete", false, words)) {
      field.setRangeText(words, start, end);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    field.setSelectionRange(moved(selectionStart), moved(selectionEnd), selectionDirection);
    scrollTo(x, y);
  };
})();

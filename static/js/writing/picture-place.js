// Where a picture goes that is still on its way: one line of the text, in a paragraph of its own. The line is for the
// author's eyes only. Whatever reads the text, to save it, to keep it on the device or to compare it, reads it without.
const place = {
  LINE: /!\[([^\]\n]*)\]\(uploading:([a-z0-9]+)-(\d)(\d)\)/g,
  PHRASE: gettext("Uploading %(name)s …", { name: "\0" }).split("\0"), // what stands around the name
  phrases: {}, // of those on their way, by id: what stands between the brackets
  visited: false, // whether the author has put the caret anywhere; before that it stands at the beginning

  get field() {
    return typed.form?.elements.content;
  },
  get caret() {
    return this.visited ? this.field.selectionEnd : this.field.value.length;
  },
  // What makes a paragraph of its own out of a line at `at`.
  breaks(text, at) {
    const missing = (part, newlines) => "\n".repeat(part.trim() ? Math.max(0, 2 - part.match(newlines)[0].length) : 0);
    return [missing(text.slice(0, at), /\n*$/), missing(text.slice(at), /^\n*/)];
  },
  // The lines for these pictures, to put at `at`: [text, its length up to the end of the last line].
  lines(text, at, pictures) {
    const [before, after] = this.breaks(text, at);
    const lines = pictures.map(({ id, name }, number) => {
      const breaks = number ? "\n\n" : before, own = number < pictures.length - 1 ? "" : after;
      this.phrases[id] = gettext("Uploading %(name)s …", { name });
      return `${breaks}![${this.phrases[id]}](uploading:${id}-${breaks.length}${own.length})`;
    });
    return [lines.join("") + after, lines.join("").length];
  },
  // What the author has written into the line; all of it, where the two cannot be told apart.
  words(alt, phrase = alt.startsWith(this.PHRASE[0]) && alt.endsWith(this.PHRASE[1]) ? alt : "") {
    let from = 0, to = 0;
    while (from < phrase.length && alt[from] === phrase[from]) from += 1;
    while (to < phrase.length - from && alt.at(-1 - to) === phrase.at(-1 - to)) to += 1;
    return from + to === phrase.length ? alt.slice(from, alt.length - to).trim() : alt;
  },
  // The first line that `is` one looked for: where it is, with the breaks that came with it, and its words.
  find(text, is = () => true) {
    const match = [...text.matchAll(this.LINE)].find(([, , id]) => is(id));
    if (!match) return null;
    const [line, alt, id, before, after] = match, start = match.index, end = start + line.length;
    const left = text.slice(0, start).replace(new RegExp(`\n{0,${before}}$`), "");
    let right = text.slice(end);
    // Between two pictures the break is needed still.
    if (!/\]\([^)\n]*\)$/.test(left) && !/^\n*!\[/.test(right)) right = right.replace(new RegExp(`^\n{0,${after}}`), "");
    return { start, end, whole: [left.length, text.length - right.length], words: this.words(alt, this.phrases[id]) };
  },
  // That of a picture which is on its way no more.
  findDead(text) {
    return this.find(text, (id) => !(id in this.phrases));
  },
  strip(text) {
    if (!text.includes("](uploading:")) return text; // with every key
    for (let found = this.find(text); found; found = this.find(text)) {
      const [start, end] = found.words ? [found.start, found.end] : found.whole;
      text = text.slice(0, start) + found.words + text.slice(end);
    }
    return text;
  },
};

// The pictures that are on their way into the text. They go one after another; each has a line in the text, see
// picture-place.js, and a row under it. A save does not wait for them: the words come first, and the page stays.
const pictures = {
  queue: [], // the first of them is under way
  missed: false, // a save went without one of them

  get said() {
    return document.getElementById("body-picture-said");
  },
  get names() {
    return this.queue.map(({ name }) => name).join(", ");
  },
  say(text, sending = false) {
    this.said.toggleAttribute("data-sending", sending); // the eye has the row for that
    this.said.textContent = text;
  },
  add(files, caret = place.caret) {
    const { field } = place, small = [...files].map((file) => pictureRow.make(file)).filter((one) => !pictureRow.isTooLarge(one));
    if (!small.length) return;
    const at = outsidePicture(field.value, caret);
    const [text, length] = place.lines(field.value, at, small);
    rewrite(field, at, at, text);
    field.setSelectionRange(at + length, at + length);
    const batch = { caret: at + length, words: place.strip(field.value) }; // as the author left them
    this.queue.push(...small.map((picture) => Object.assign(picture, { batch })));
    this.next();
  },
  next() {
    const [picture] = this.queue;
    if (!picture || picture.ctx) return;
    this.say(gettext("Sending %(name)s", { name: picture.name }), true);
    htmx.trigger(this.said, "upload");
  },
  // One is on its way no more: its line gives way to `markdown`, or goes without a trace. False if it had no line.
  settle(picture, markdown = "") {
    const { field } = place, { batch } = picture, found = place.find(field.value, (id) => id === picture.id);
    const caret = [field.selectionStart, field.selectionEnd];
    const stays = document.activeElement === field && caret.every((at) => at === batch.caret) && place.strip(field.value) === batch.words;
    this.queue = this.queue.filter((other) => other !== picture);
    delete place.phrases[picture.id];
    if (!found) return false;
    const words = markdown ? found.words.replace(/[[\]]/g, "") : found.words;
    const [start, end] = markdown || words ? [found.start, found.end] : found.whole;
    rewrite(field, start, end, markdown.replace("![", () => `![${words}`) || words);
    if (markdown && stays) field.setSelectionRange(start + 2, start + 2 + words.length);
    batch.caret = stays && !markdown ? field.selectionStart : null; // the first of several gets it
    return true;
  },
  callBack(picture) {
    picture.calledBack = true;
    if (picture.ctx) return htmx.trigger(this.said, "htmx:abort");
    this.settle(picture);
    this.gone(picture);
  },
  gone({ row, name }) {
    row.remove();
    this.say(gettext("%(name)s was called back.", { name }));
  },
};

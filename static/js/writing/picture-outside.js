// Where the next picture goes. When one has arrived the caret stands in its brackets, for its description; another that
// is added then, or is dropped on its line, must not take it to pieces: it comes after it.
const outsidePicture = (text, at) => {
  const PICTURE = /!\[(?:\\.|[^\]\\\n])*\]\([^)\n]*\)/g;
  const around = [...text.matchAll(PICTURE)].find(({ index, 0: { length } }) => index < at && at < index + length);
  return around ? around.index + around[0].length : at;
};

// What a person reads, in the language of the page: core/bundles.py puts the phrases of each other than English in front.
function gettext(words, values = {}) {
  return (globalThis.phrases?.[words] ?? words).replace(/%\((\w+)\)s/g, (_, name) => values[name]);
}

/**
 * Returns a list of English verbs with their regular forms: "grow" with "grows", "growing" and "growed". A form that
 * English does not have is never found, so irregular forms are listed beside the verb.
 */
export function verbForms(list: string): string {
  return list
    .split("|")
    .flatMap((verb) => [
      verb,
      thirdPerson(verb),
      ...withEnding(verb, "ed"),
      ...withEnding(verb, "ing"),
    ])
    .join("|");
}

/** Returns a list of English adjectives with their comparatives and superlatives: "big" with "bigger" and "biggest". */
export function adjectiveForms(list: string): string {
  return list
    .split("|")
    .flatMap((word) => [word, ...withEnding(word, "er"), ...withEnding(word, "est")])
    .join("|");
}

function thirdPerson(verb: string): string {
  if (/[^aeiou]y$/.test(verb)) return `${verb.slice(0, -1)}ies`;
  return /(?:s|x|z|ch|sh|o)$/.test(verb) ? `${verb}es` : `${verb}s`;
}

/** Returns a word with an ending that begins with a vowel; twice where its last letter may be doubled: "omitted". */
function withEnding(word: string, ending: string): string[] {
  if (word.endsWith("e")) return [word.slice(0, -1) + ending];
  if (/[^aeiou]y$/.test(word) && ending !== "ing") return [`${word.slice(0, -1)}i${ending}`];
  const isDoubled = /[^aeiou][aeiou][bdfglmnprt]$/.test(word);
  return isDoubled
    ? [word + ending, word + word.charAt(word.length - 1) + ending]
    : [word + ending];
}

import type { FoundPhrase } from "../languages/phrase-index.ts";
import { type Cue, type Sentence, toCues } from "./read-sentence.ts";

/** The words of a sentence that are compared with those at the same place of another one. */
type Meanings = {
  /** The words of all oppositions. */
  readonly cues: readonly Cue[];
  /** Words and phrases with the number of each group of equivalents that they are in. */
  readonly equivalents: readonly FoundPhrase<number>[];
};

const meaningsOf = new WeakMap<Sentence, Meanings>();

/** Reads the meanings of a sentence when it is compared: most sentences of a passage never are. */
export function readMeanings(sentence: Sentence): Meanings {
  const known = meaningsOf.get(sentence);
  if (known) return known;
  const { words, lexicon, negations, cues } = sentence;
  const folded = words.map((word) => word.folded);
  const meanings = {
    cues: [...cues, ...toCues(lexicon.cuesAtPlace.find(folded), negations)],
    equivalents: lexicon.equivalents.findAll(folded),
  };
  meaningsOf.set(sentence, meanings);
  return meanings;
}

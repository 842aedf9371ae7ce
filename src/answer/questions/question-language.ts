/**
 * The reason why a response abstains, which means that it does not answer the question: the sources do not support an
 * answer (`unsupported`), the request named no documents to search (`no_documents`), or a model that had no sources to
 * answer from wrote nothing (`silent`).
 */
export type AbstentionReason = "unsupported" | "no_documents" | "silent";

/** A kind of thing that a question can ask for by its wording. */
export type AskedKind = "duration" | "number" | "time" | "person" | "place" | "reason" | "name";

/**
 * The words of one language by which questions are read, and the sentences in which the service says that it has no
 * answer. A list is a text with `|` between its entries, in lower case; accents do not matter. An entry may have several
 * words, and `*` at its end stands for any further letters.
 */
export type QuestionLanguage = {
  /** The code of the language in ISO 639-1. */
  readonly code: string;
  /** The scripts of the language, as one character class. Latin is shared by many, others by few. */
  readonly script: RegExp;
  /**
   * True if entries are whole words. False where words have no spaces between them, or have particles attached: entries
   * are then found anywhere.
   */
  readonly isSpaced: boolean;
  /** Letters that few other languages of the script have; "" if there are none. */
  readonly letters: string;
  /** Wordings of a question for each kind of thing that it asks for. */
  readonly asks: Readonly<Record<AskedKind, string>>;
  /** Other question words and openings, which tell the language but no kind of thing. */
  readonly questionWords: string;
  /** Words without a meaning of their own: articles, prepositions, pronouns, auxiliary verbs. */
  readonly functionWords: string;
  /** Words of asking, which a sentence that answers need not repeat: "mean", "happen", "allowed", "difference". */
  readonly framing: string;
  /** Signs of a date or a time in a sentence, beside its digits: months, weekdays, centuries. */
  readonly times: string;
  /** Number words. */
  readonly numbers: string;
  /** Units of durations. */
  readonly durations: string;
  /** Words with which a sentence gives a reason. */
  readonly reasons: string;
  /** Words that refer to something that was said before: pronouns, "the same", "the former". */
  readonly references: string;
  /** Beginnings of a message that goes on from the one before: "and", "what about". */
  readonly continuations: string;
  /** Wordings that ask for the meaning of a term or for a person by name, which need no context. */
  readonly definitions: string;
  /** The sentence that is sent in place of an answer, by the reason why there is none. */
  readonly abstentions: Readonly<Record<AbstentionReason, string>>;
};

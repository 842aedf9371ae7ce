/**
 * The phrases with which documents in one language give orders to an AI assistant (prompt injection). Each property
 * except `script` and `verb` is a regular expression in which `*` stands for the rest of a word and `…` for up to 40
 * characters of the same sentence. Alternatives are separated by ` | `.
 */
export type AddressWords = {
  /** The Unicode name of a script without which no sentence is in this language. */
  readonly script: string;
  /** The place of the verb in an order: before its object, or at the end of the sentence. */
  readonly verb: "first" | "last";
  /** Orders to ignore or drop something. Only orders match: "many ignore the rules" is a statement. */
  readonly ignore: string;
  /** Words for an assistant's instructions, as the object of an order in `ignore`. */
  readonly instructions: string;
  /**
   * Negations and conditions that make an order in `ignore` a harmless sentence of a manual: "do not forget the rules",
   * "ignore the rule if it is new".
   */
  readonly unless: string;
  /**
   * Phrases that give the reader another role ("you are now a …"), or announce a change of behaviour ("from now on …").
   */
  readonly role: string;
  /** Requests to reveal an assistant's instructions or secrets. */
  readonly reveal: string;
  /** Orders about the reply, and about the information that the user gets. */
  readonly reply: string;
  /** Orders to send something to somebody, or to publish it. */
  readonly pass: string;
  /** Words for the data of a user or of a conversation, as the object of an order in `pass`. */
  readonly data: string;
  /** Words that begin a message to somebody, such as "note to". */
  readonly call: string;
  /** Names for an AI assistant, such as "language model". */
  readonly machine: string;
};

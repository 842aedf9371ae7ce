/**
 * The phrases by which one language instructs an assistant, each a regular expression in which `*` stands for the rest
 * of a word and `…` for up to 40 characters of the same sentence. Alternatives are separated by ` | `.
 */
export type AddressWords = {
  /** The Unicode name of a script without which no sentence is in this language. */
  readonly script: string;
  /** The place of an order's verb: before its object, or at the end. */
  readonly verb: "first" | "last";
  /** Orders to give something up. Only orders: "many ignore the rules" is a statement. */
  readonly ignore: string;
  /** The things that an assistant has been told, as the object of such an order. */
  readonly told: string;
  /** Negations and conditions by which a manual gives such an order: "do not forget the rules", "if it is new". */
  readonly unless: string;
  /** Beginnings of another role or another time. */
  readonly role: string;
  /** Requests for the instructions and the secrets of an assistant. */
  readonly reveal: string;
  /** Orders about the reply, and about what the user is to be told. */
  readonly reply: string;
  /** Orders to pass something on. */
  readonly pass: string;
  /** The data of a user or of a conversation, as the object of such an order. */
  readonly data: string;
  /** Beginnings of a message to somebody. */
  readonly call: string;
  /** Names for an assistant. */
  readonly machine: string;
};

import type { ExpectedAnswer } from "../../../../src/answer/questions/asked-kind.ts";

/** Questions of one language by what they ask for, and a text of it with `¦` where a sentence ends. */
export type LanguageCase = {
  readonly questions: Readonly<Partial<Record<ExpectedAnswer, readonly string[]>>>;
  /** A question with a pronoun, one that goes on from the one before, and one that needs no context. */
  readonly followUps: readonly [string, string];
  readonly complete: string;
  /** A sentence that gives a duration, one that gives a reason, and one that gives neither. */
  readonly duration: string;
  readonly reason: string;
  readonly neither: string;
  readonly sentences: string;
};

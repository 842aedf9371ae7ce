/**
 * The way in which a model's replies show where their reasoning ends.
 *
 * - `unknown`: no reply has shown it yet.
 * - `marked`: the reasoning is in fields of its own or between two tags, or there is none.
 * - `tagged`: it begins the text, between two tags. A reply without the first tag is reasoning up to the second one.
 * - `unopened`: only a closing tag ends it, since the server puts the opening one into the prompt.
 *
 * `plainReplies` counts the replies in a row that had no reasoning.
 */
export type ReasoningForm =
  | { readonly type: "unknown" }
  | { readonly type: "marked" }
  | { readonly type: "tagged" | "unopened"; readonly plainReplies: number };

/** The form that one reply has shown. `plain`: it is whole, and has text but no reasoning. */
export type ReplyEvidence = "marked" | "tagged" | "unopened" | "plain";

/** The evidence of a reply, and the form that was known or assumed of its model before. */
export type FormLesson = { readonly evidence: ReplyEvidence; readonly before: ReasoningForm };

/** Number of replies in a row without reasoning after which the text of a model no longer waits for a closing tag. */
const PLAIN_REPLIES_MAX = 10;
/** Parts of the names of models that reason before every answer, whatever tags their server leaves. */
const THINKERS = /(?:^|[^a-z0-9])(?:r1|qwq|thinking|reason(?:er|ing)|magistral)(?![a-z0-9])/i;
/** Names of models whose makers alone serve them, and keep their reasoning apart. */
const CLOSED = /^(?:[a-z-]+\/)?(?:gpt-\d|chatgpt|o\d(?:-|$)|claude-|gemini-)/i;

/** Returns the form that is assumed of a model before its first reply, by its name at its provider. */
export function assumeForm(model: string): ReasoningForm {
  if (THINKERS.test(model)) return { type: "unopened", plainReplies: 0 };
  return { type: CLOSED.test(model) ? "marked" : "unknown" };
}

/**
 * Returns the form of a model after a reply. `known` is the form now: another reply may have been read meanwhile.
 */
export function learnForm(known: ReasoningForm, { evidence, before }: FormLesson): ReasoningForm {
  const form = known.type === "unknown" ? before : known;
  switch (evidence) {
    case "marked":
      return { type: "marked" };
    case "tagged":
    case "unopened":
      return { type: evidence, plainReplies: 0 };
    case "plain": {
      if (form.type !== "tagged" && form.type !== "unopened") return { type: "marked" };
      const plainReplies = form.plainReplies + 1;
      return plainReplies < PLAIN_REPLIES_MAX
        ? { type: form.type, plainReplies }
        : { type: "marked" };
    }
  }
}

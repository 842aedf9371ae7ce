import { z } from "zod";

import type { Span } from "../../ingest/text/sentences.ts";
import { foldVisible } from "./find-phrases.ts";

const KINDS = [
  "required_text",
  "forbidden_phrase",
  "min_confidence",
  "max_amount",
  "grounding",
  "cel",
] as const;

/** Maximum length of the message about a broken rule, which may repeat a person's reason. */
const MESSAGE_CHARACTERS_MAX = 5_000;
const Message = z.string().min(1).max(MESSAGE_CHARACTERS_MAX);
const COMMON = { id: z.string().min(1).max(64), message: Message.nullish() };

/** A phrase with visible text; invisible text cannot be searched for. */
const Phrase = z
  .string()
  .max(1_000)
  .refine((phrase) => foldVisible(phrase).text.trim() !== "", {
    error: "expected a text with visible characters",
  });

const RequiredText = z
  .strictObject({
    ...COMMON,
    kind: z.literal("required_text"),
    text: Phrase.nullish(),
    any_of: z.array(Phrase).min(1).max(20).nullish(),
  })
  .refine(({ text, any_of }) => (text ?? null) === null || (any_of ?? null) === null, {
    error: "write either text or any_of, not both",
  })
  .transform(({ text, any_of, ...rule }, context) => {
    const [first, ...others] = any_of ?? (text ? [text] : []);
    if (first !== undefined) return { ...rule, anyOf: [first, ...others] as const };
    context.addIssue({ code: "custom", message: "write text or any_of" });
    return z.NEVER;
  });

const BusinessRuleParam = z.discriminatedUnion(
  "kind",
  [
    RequiredText,
    z.strictObject({
      ...COMMON,
      kind: z.literal("forbidden_phrase"),
      phrases: z.array(Phrase).min(1).max(100),
    }),
    z.strictObject({
      ...COMMON,
      kind: z.literal("min_confidence"),
      value: z.number().min(0).max(1),
    }),
    z.strictObject({
      ...COMMON,
      kind: z.literal("max_amount"),
      amount: z.number().min(0),
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/, { error: "use a code of three letters, as in EUR" })
        .nullish(),
    }),
    z.strictObject({ ...COMMON, kind: z.literal("grounding") }),
    z.strictObject({
      ...COMMON,
      kind: z.literal("cel"),
      expression: z.string().min(1).max(10_000),
      message: Message,
    }),
  ],
  {
    error: `expected a rule whose kind is one of ${KINDS.join(", ")}`,
  },
);
/** A business rule that an answer must keep, such as a forbidden phrase or a maximum amount. */
export type BusinessRule = z.output<typeof BusinessRuleParam>;

/** The schema of a list of business rules. Each rule has an id, to which a violation refers. */
export const BusinessRulesParam = z
  .array(BusinessRuleParam)
  .max(32)
  .refine((rules) => new Set(rules.map(({ id }) => id)).size === rules.length, {
    error: "every rule needs its own id; two rules have the same",
  });

/** A broken rule and its position; `span` counts UTF-16 code units of the answer. */
const ViolationParam = z.strictObject({
  id: z.string().max(64),
  kind: z.enum(KINDS satisfies readonly BusinessRule["kind"][]),
  message: z.string().max(MESSAGE_CHARACTERS_MAX),
  span: z.strictObject({ start: z.number().int().min(0), end: z.number().int().min(0) }).optional(),
});
/** A violation of a business rule by an answer, with the positions in the text. */
export type Violation = z.output<typeof ViolationParam>;

/**
 * A sentence of an answer that claims something and that no citation supports: the reason why its citation does not
 * count, or `uncited` if it has none.
 */
export type UnsupportedClaim = { readonly span: Span; readonly reason: string };

/** The schema of the violations of one answer, as `rules@1` returns them. */
export const ViolationsParam = z.array(ViolationParam).max(1_000);

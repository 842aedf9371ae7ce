import { z } from "zod";

import { foldVisible } from "./find-phrases.ts";

const KINDS = ["required_text", "forbidden_phrase", "min_confidence", "max_amount", "cel"] as const;

/** Of what is told about a broken rule; it may repeat the reason that a person gave. */
const MESSAGE_CHARACTERS_MAX = 5_000;
const Message = z.string().min(1).max(MESSAGE_CHARACTERS_MAX);
const COMMON = { id: z.string().min(1).max(64), message: Message.nullish() };

/** What a reader would not see cannot be looked for. */
const Phrase = z
  .string()
  .max(1_000)
  .refine((phrase) => foldVisible(phrase).text.trim() !== "", {
    error: "expected a text that a reader can see",
  });

const RequiredText = z
  .strictObject({
    ...COMMON,
    kind: z.literal("required_text"),
    text: Phrase.nullish(),
    any_of: z.array(Phrase).min(1).max(20).nullish(),
  })
  .refine(({ text, any_of }) => (text ?? null) === null || (any_of ?? null) === null, {
    error: "give either text or any_of",
  })
  .transform(({ text, any_of, ...rule }, context) => {
    const [first, ...others] = any_of ?? (text ? [text] : []);
    if (first !== undefined) return { ...rule, anyOf: [first, ...others] as const };
    context.addIssue({ code: "custom", message: "give text or any_of" });
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
export type BusinessRule = z.output<typeof BusinessRuleParam>;

/** What an answer is held to; each rule has an id of its own, so that a violation names one. */
export const BusinessRulesParam = z
  .array(BusinessRuleParam)
  .max(32)
  .refine((rules) => new Set(rules.map(({ id }) => id)).size === rules.length, {
    error: "every rule needs an id of its own",
  });

/** A rule that an answer breaks, and where; `span` counts in UTF-16 code units of the answer. */
export const ViolationParam = z.strictObject({
  id: z.string().max(64),
  kind: z.enum(KINDS satisfies readonly BusinessRule["kind"][]),
  message: z.string().max(MESSAGE_CHARACTERS_MAX),
  span: z.strictObject({ start: z.number().int().min(0), end: z.number().int().min(0) }).optional(),
});
export type Violation = z.output<typeof ViolationParam>;

export const ViolationsParam = z.array(ViolationParam).max(1_000);

import type { AddressFeature } from "./address-features.ts";

/**
 * Compiles a regular expression. Callers match it against text in lower case and Unicode form NFKC, since an expression
 * that ignores case takes twice as long.
 */
export const pattern = (source: string) => new RegExp(source.normalize("NFKC"), "u");
/**
 * Builds a regular expression that matches any of the words in `words`, which are separated by spaces. A `_` within a
 * word stands for a space.
 */
export const any = (words: string) =>
  `(?:${words.trim().split(/\s+/u).join("|").replaceAll("_", " ")})`;
/** Builds a regular expression for up to `count` words within one sentence, as few as possible. */
export const words = (count: number) => String.raw`(?:[^\s.!?]+\s+){0,${count}}?`;
/** Builds a regular expression for up to `count` characters within one sentence, as few as possible. */
export const near = (count: number) => `[^.!?]{0,${count}}?`;

/** Matches the text directly before an English imperative: the start of a sentence, or words such as "please". */
export const ORDER = String.raw`(?:^|[.!?:;,…—–|>*#"'“”([{\n\])}-]\s*|\b(?:and|then|now|just|please|kindly|simply|instead|so|but|hereby|immediately|you (?:must|should|shall|will|can|may|now|are to|have to|need to|are going to)|you to|let's|let us|were to|can you|could you|would you|will you)\s+)`;

/** Matches the words for an assistant's reply, such as "final answer". */
export const REPLY = `(?:own |next |final |entire |whole |first |every )*${any(
  "answers? repl(?:y|ies) responses? outputs? completions? summar(?:y|ies)",
)}`;

/** Matches the words for an AI assistant, such as "chatbot" or "gpt-4". */
export const MACHINE = any(
  "ais? ai_(?:assistants?|models?|agents?|systems?|bots?|tools?) (?:large_)?language_models? llms? assistants? chat_?bots? bots? chat_?gpt gpt(?:-?[\\d.]+\\p{L}?)? claude gemini copilot",
);

/**
 * Makes a feature of English sentences. A sentence has it, with the weight `weight`, if any of the regular expressions
 * in `sources` matches.
 */
export const feature = (weight: number, sources: readonly string[]): AddressFeature => ({
  weight,
  patterns: sources.map((source) => ({ wording: pattern(source) })),
});

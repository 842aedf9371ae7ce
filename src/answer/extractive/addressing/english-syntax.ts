import type { AddressFeature } from "./address-features.ts";

/** Compiles a pattern. Sentences are in lower case and NFKC: patterns that ignore case take twice as long. */
export const pattern = (source: string) => new RegExp(source.normalize("NFKC"), "u");
/** Joins alternatives that are written with spaces between them. */
export const any = (words: string) =>
  `(?:${words.trim().split(/\s+/u).join("|").replaceAll("_", " ")})`;
/** Up to `count` words of one sentence, as few as possible. */
export const words = (count: number) => String.raw`(?:[^\s.!?]+\s+){0,${count}}?`;
/** Up to `count` characters of one sentence. */
export const near = (count: number) => `[^.!?]{0,${count}}?`;

/** The place of an English imperative. */
export const ORDER = String.raw`(?:^|[.!?:;,…—–|>*#"'“”([{\n\])}-]\s*|\b(?:and|then|now|just|please|kindly|simply|instead|so|but|hereby|immediately|you (?:must|should|shall|will|can|may|now|are to|have to|need to|are going to)|you to|let's|let us|were to|can you|could you|would you|will you)\s+)`;

/** The reply of an assistant. */
export const REPLY = `(?:own |next |final |entire |whole |first |every )*${any(
  "answers? repl(?:y|ies) responses? outputs? completions? summar(?:y|ies)",
)}`;

/** Names for an assistant. */
export const MACHINE = any(
  "ais? ai_(?:assistants?|models?|agents?|systems?|bots?|tools?) (?:large_)?language_models? llms? assistants? chat_?bots? bots? chat_?gpt gpt(?:-?[\\d.]+\\p{L}?)? claude gemini copilot",
);

/** A feature with the weight of each of its sources once. */
export const feature = (weight: number, sources: readonly string[]): AddressFeature => ({
  weight,
  patterns: sources.map((source) => ({ wording: pattern(source) })),
});

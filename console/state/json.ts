/** A value of JSON. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Marks that change the direction of the text around them, and others that nobody sees. */
const UNSEEN = /[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Formats JSON for a person, indented. Marks that nobody sees are written as JSON escapes them. */
export const formatJson = (value: unknown): string =>
  (JSON.stringify(value, null, 2) ?? "null").replaceAll(
    UNSEEN,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** Reads JSON that a person has typed: the value, or the reason why it is none. */
export function readJson(text: string): { readonly value: Json } | { readonly error: string } {
  try {
    const value: Json = JSON.parse(text);
    return { value };
  } catch (error) {
    return { error: error instanceof Error ? error.message : "This is no JSON." };
  }
}

/** Tests whether a value is an object with members. */
export const isRecord = (value: Json): value is { [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

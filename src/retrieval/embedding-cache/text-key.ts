import type { VectorForm } from "./cache-client.ts";

/** Bytes of the key of a text: 128 bits of a SHA-256, so that two texts of a project never share one. */
export const KEY_BYTES = 16;

/** Part of every key. Change it when the normalization changes, or the way in which vectors are made. */
const VERSION = 1;

/**
 * Normalizes a text before it is embedded, so that copies of it which look the same have one vector: composed Unicode
 * (NFC), line feeds as line ends, and no white space at the ends of lines and of the text. Case, words and indentation
 * stay, since models read them. A text of nothing but white space stays as it is.
 */
export function normalizeText(text: string): string {
  const normal = text
    .normalize("NFC")
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(/[^\S\n]+$/gm, "")
    .trim();
  return normal === "" ? text : normal;
}

/** Computes the keys of normalized texts for the vectors of a model in a form, one after the other. */
export async function makeKeys(
  model: string,
  form: VectorForm,
  texts: readonly string[],
): Promise<Uint8Array> {
  const encoder = new TextEncoder();
  const keys = new Uint8Array(texts.length * KEY_BYTES);
  const add = async (text: string, index: number) => {
    const named = JSON.stringify([VERSION, form, model, text]);
    const digest = await crypto.subtle.digest("SHA-256", encoder.encode(named));
    keys.set(new Uint8Array(digest, 0, KEY_BYTES), index * KEY_BYTES);
  };
  await Promise.all(texts.map(add));
  return keys;
}

/** Splits the keys of a call. Each is a text of `KEY_BYTES` characters, by which a map finds it. */
export function splitKeys(keys: Uint8Array): string[] {
  return Array.from({ length: keys.length / KEY_BYTES }, (_none, index) =>
    String.fromCharCode(...keys.subarray(index * KEY_BYTES, (index + 1) * KEY_BYTES)),
  );
}

/** Joins keys as `splitKeys` splits them. */
export function joinKeys(keys: readonly string[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(keys.length * KEY_BYTES);
  for (const [index, key] of keys.entries()) {
    for (let at = 0; at < KEY_BYTES; at++) bytes[index * KEY_BYTES + at] = key.charCodeAt(at);
  }
  return bytes;
}

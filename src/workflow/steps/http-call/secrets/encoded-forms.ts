/**
 * Minimum length of a secret, in characters. Shorter secrets would be found by chance in texts that do not repeat them.
 */
export const SECRET_CHARACTERS_MIN = 8;

/**
 * A form in which a text may repeat a secret, such as base64. `codes` are its character codes, with letters in lower
 * case (see `fold`). `before` and `after` are 1 if the base64 character next to the form, which is not in `codes`, also
 * has bits of the secret, else 0.
 */
export type EncodedForm = {
  readonly codes: Uint8Array;
  readonly before: number;
  readonly after: number;
};

/**
 * Normalizes a character code for comparing texts with secrets: ASCII letters to lower case, and a space to `+`, by
 * which HTML forms encode it. Characters outside of ASCII become 0, since secrets have none.
 */
export const fold = (code: number): number =>
  code > 127 ? 0 : code === 32 ? 43 : code >= 65 && code <= 90 ? code + 32 : code;

/**
 * Lists the forms in which a text may repeat a secret: plain, hexadecimal, and base64. The base64 of a longer text that
 * contains the secret depends on the secret's position modulo 3, so there are three such forms. Hexadecimal and base64
 * forms are made of the secret itself, of the secret in lower and in upper case, and of each of these with the escapes
 * of JSON, URLs or HTML.
 */
export function encodedForms(secret: string): readonly EncodedForm[] {
  const forms = new Map<string, EncodedForm>();
  const add = (text: string, before = 0, after = 0) => {
    forms.set(`${before} ${after} ${text}`, { codes: foldAll(text), before, after });
  };
  add(secret);
  for (const text of writtenForms(secret)) {
    const bytes = Array.from(text, (letter) => letter.charCodeAt(0).toString(16).padStart(2, "0"));
    for (const separator of ["", ":", "-", " "]) add(bytes.join(separator));
    for (const offset of [0, 1, 2]) {
      const bits = 8 * (offset + text.length);
      const start = Math.ceil((8 * offset) / 6);
      const code = btoa(" ".repeat(offset) + text).slice(start, Math.floor(bits / 6));
      const after = bits % 6 === 0 ? 0 : 1;
      add(code, offset === 0 ? 0 : 1, after);
      add(code.replaceAll("+", "-").replaceAll("/", "_"), offset === 0 ? 0 : 1, after);
    }
  }
  return [...forms.values()];
}

/** Folds the characters of a text. A loop, since `Uint8Array.from` with a function takes several times as long. */
function foldAll(text: string): Uint8Array {
  const codes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) codes[at] = fold(text.charCodeAt(at));
  return codes;
}

function writtenForms(secret: string): ReadonlySet<string> {
  const forms = [secret, secret.toLowerCase(), secret.toUpperCase()].flatMap((text) => [
    text,
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text),
    text.replace(/[&<>"']/g, (letter) => HTML_ESCAPES[letter] ?? letter),
  ]);
  return new Set(forms);
}

const HTML_ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

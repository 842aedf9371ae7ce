/** The characters that forms write as three, by WHATWG's "multipart/form-data encoding algorithm". */
const ESCAPES: Readonly<Record<string, string>> = { "%0A": "\n", "%0D": "\r", "%22": '"' };

/**
 * Decodes the name of a file as browsers and curl write it into a form: a quote as `%22`, and the ends of lines as `%0D`
 * and `%0A`. They leave every other `%` as it is, so nothing else is decoded; a name that truly has one of the three is
 * sent as the same bytes, and is read as the character.
 */
export const decodeFormName = (name: string): string =>
  name.replaceAll(/%(?:0A|0D|22)/g, (escape) => ESCAPES[escape] ?? escape);

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, f: 12 };

/** Returns the bytes that an escape in a string stands for, without its backslash; none for the end of a line. */
export function unescapeText(escaped: string): number[] {
  if (escaped.startsWith("\r") || escaped === "\n") return [];
  if (/^[0-7]/.test(escaped)) return [Number.parseInt(escaped, 8) & 0xff];
  return [ESCAPES[escaped] ?? escaped.charCodeAt(0)];
}

/** Reads bytes as the characters of a text. */
export function toLatin(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < Math.min(end, bytes.length); at++) {
    text += String.fromCharCode(bytes[at] ?? 0);
  }
  return text;
}

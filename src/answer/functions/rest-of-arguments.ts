/**
 * Returns the rest of the arguments `whole` after a beginning that was sent, whatever the spaces and escapes of their
 * JSON. Null if they begin otherwise. `beginning` is the beginning of JSON that ends after a value or within a text;
 * `whole` is JSON.
 */
export function restAfter(beginning: string, whole: string): string | null {
  const units = readUnits(whole);
  let at = 0;
  for (const { unit } of readUnits(beginning)) {
    const next = units.next();
    if (next.done || next.value.unit !== unit) return null;
    at = next.value.end;
  }
  return whole.slice(at);
}

/**
 * Lists the marks and letters of JSON, each with the place after it: without the space between values, and with the
 * letters of texts in one spelling.
 */
function* readUnits(json: string): Generator<{ readonly unit: string; readonly end: number }> {
  let isText = false;
  for (let at = 0; at < json.length;) {
    const mark = json.charAt(at);
    const isEscape = isText && mark === "\\";
    const length = isEscape ? (json.charAt(at + 1) === "u" ? 6 : 2) : 1;
    const isSpace = !isText && mark.trim() === "";
    const written = json.slice(at, at + length);
    at += length;
    if (mark === '"') isText = !isText;
    // Quotes and backslashes within a text stay escaped: they are letters, not marks.
    if (!isSpace) yield { unit: isEscape ? spell(JSON.parse(`"${written}"`)) : written, end: at };
  }
}

const spell = (letter: string) => (letter === '"' || letter === "\\" ? `\\${letter}` : letter);

import { isArray, PdfParser, PdfSyntaxError, type PdfText } from "./parse-pdf-value.ts";

/**
 * Counts the characters that a font's character map (CMap) defines by ranges. The PDF library makes an entry for each
 * character, and one range may have 16 million characters. Returns the count as steps of work for the PDF library.
 */
export function countRanges(bytes: Uint8Array): number {
  const parser = new PdfParser(bytes, 0);
  let steps = 0;
  let place = -1;
  let range = { low: 0, high: 0 };
  try {
    for (let item = parser.readItem(); item !== undefined; item = parser.readItem()) {
      if (typeof item === "object" && item !== null && "keyword" in item) {
        place = item.keyword.endsWith("range") && item.keyword.startsWith("begin") ? 0 : -1;
      } else if (place >= 0) {
        if (place === 0) range = { low: readCode(item), high: 0 };
        else if (place === 1) range = { ...range, high: readCode(item) };
        else steps += countRange(range, item);
        place = (place + 1) % 3;
      }
    }
  } catch (error) {
    // The library stops there too.
    if (!(error instanceof PdfSyntaxError)) throw error;
  }
  return steps;
}

type Item = ReturnType<PdfParser["readItem"]>;

const isText = (item: Item): item is PdfText =>
  typeof item === "object" && item !== null && "text" in item;

function countRange({ low, high }: { low: number; high: number }, target: Item): number {
  const isList =
    typeof target === "object" && target !== null && !("keyword" in target) && isArray(target);
  if (isList || high < low) return 1;
  // The library copies the characters of each target.
  const length = isText(target) ? target.text.length : 1;
  return (high - low + 1) * Math.max(1, length / 4);
}

/** As the library computes it: four bytes at most count. */
function readCode(item: Item): number {
  if (!isText(item)) return 0;
  return item.text.reduce((code, byte) => (code * 256 + byte) % 2 ** 32, 0);
}

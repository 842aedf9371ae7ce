/** The start of a UTF-16 file. Other byte order marks are UTF-8, which is read anyway. */
const UTF_16: readonly (readonly [first: number, second: number, name: string])[] = [
  [0xff, 0xfe, "utf-16le"],
  [0xfe, 0xff, "utf-16be"],
];
/** A control character that texts do not have; a file that has some is none. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const BINARY = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/;
/** The longest part of a character that can be cut off at the end, in bytes. */
const CUT_MAX = 3;

/**
 * Decodes the first bytes of a file, for people to see: as UTF-8 or UTF-16, else with a letter for each byte. Null if
 * they are no text. `isWhole` says that nothing was cut off after them.
 */
export function decodeOriginal(bytes: Uint8Array, isWhole: boolean): string | null {
  const utf16 = UTF_16.find(([first, second]) => bytes[0] === first && bytes[1] === second);
  const text = utf16 ? decode(bytes, utf16[2], false) : decodeUtf8(bytes, isWhole);
  const shown = text ?? decode(bytes, "windows-1252", false) ?? "";
  return BINARY.test(shown) ? null : shown;
}

function decodeUtf8(bytes: Uint8Array, isWhole: boolean): string | null {
  for (let cut = 0; cut <= (isWhole ? 0 : CUT_MAX); cut++) {
    const text = decode(bytes.subarray(0, bytes.length - cut), "utf-8", true);
    if (text !== null) return text;
  }
  return null;
}

function decode(bytes: Uint8Array, encoding: string, fatal: boolean): string | null {
  try {
    return new TextDecoder(encoding, { fatal }).decode(bytes);
  } catch {
    return null;
  }
}

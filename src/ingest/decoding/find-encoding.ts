/** The encoding of a text file, and how it is known. */
export type FoundEncoding = {
  /** A label that `TextDecoder` knows, or UTF-32, which it does not know. */
  readonly label: string;
  readonly by: "mark" | "default" | "declaration" | "guess";
};

/** Bytes in which a page or XML declares its encoding. */
const DECLARED_WITHIN = 2_048;
const META = /<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]+)/i;
const XML = /^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)/i;

const COMMENT = /<!--[^]*?(?:-->|$)/g;

/** Finds the encoding of a text by its byte order mark; null without one. */
export function findByMark(bytes: Uint8Array): FoundEncoding | null {
  const [first, second, third, fourth] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return { label: "utf-8", by: "mark" };
  if (first === 0xff && second === 0xfe) {
    const isLong = third === 0 && fourth === 0 && bytes.length % 4 === 0;
    return { label: isLong ? "utf-32le" : "utf-16le", by: "mark" };
  }
  if (first === 0 && second === 0 && third === 0xfe && fourth === 0xff) {
    return { label: "utf-32be", by: "mark" };
  }
  return first === 0xfe && second === 0xff ? { label: "utf-16be", by: "mark" } : null;
}

/** Finds the encoding that a page or XML document declares; null if it declares none that is known. */
export function findDeclared(bytes: Uint8Array): FoundEncoding | null {
  const head = String.fromCharCode(...bytes.subarray(0, DECLARED_WITHIN));
  const declared = XML.exec(head)?.[1] ?? META.exec(head.replaceAll(COMMENT, ""))?.[1];
  // Whoever can read a declaration in ASCII does not read UTF-16.
  if (declared === undefined || isWide(declared.toLowerCase())) return null;
  const label = declared.toLowerCase();
  return { label: label === "x-user-defined" ? "windows-1252" : label, by: "declaration" };
}

/** Returns true for the labels of encodings whose units have two or four bytes. */
export const isWide = (label: string): boolean => /^(?:utf-?(?:16|32)|ucs-?2|unicode)/.test(label);

/** Bytes of which UTF-16 is guessed. */
const WIDE_WITHIN = 8_192;
/** The share of characters of Latin scripts in a text in UTF-16 without a mark, at least. */
const WIDE_SHARE_MIN = 0.7;

/** Guesses UTF-16 without a byte order mark: every second byte is zero, and no other one is. Null if it is not certain. */
export function guessWide(bytes: Uint8Array): FoundEncoding | null {
  const sample = bytes.subarray(0, WIDE_WITHIN);
  if (bytes.length % 2 !== 0 || sample.length < 8) return null;
  const zeros = [0, 0];
  for (const [at, byte] of sample.entries())
    if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (Math.min(even, odd) > 0 || Math.max(even, odd) < WIDE_SHARE_MIN * (sample.length / 2))
    return null;
  return { label: odd > 0 ? "utf-16le" : "utf-16be", by: "guess" };
}

/** Returns true for the labels of Windows-1252, of which Latin-1 and ASCII are parts. */
export const isWestern = (label: string): boolean =>
  /^(?:windows-1252|cp-?1252|x-cp1252|(?:us-|ansi_x3\.4-.*)?ascii|latin-?1|l1|iso[-_]?8859[-_]?1(?:5|:1987)?)$/.test(
    label,
  );

/** Bytes of which an encoding is guessed. */
const GUESSED_WITHIN = 262_144;
/** The share of letters that are not ASCII in a text in a language of Western Europe, at most. */
const ACCENTED_SHARE_MAX = 0.15;

/**
 * Guesses whether a text that is not UTF-8 is Western European (Windows-1252, of which Latin-1 is a part): its letters
 * are nearly all ASCII, and each other byte is a letter or mark of these languages, not more than two in a row. Texts in
 * other scripts consist of such bytes. Null if it is not certain.
 */
export function guessWestern(bytes: Uint8Array): FoundEncoding | null {
  let [letters, accented, inRow] = [0, 0, 0];
  for (const [at, byte] of bytes.subarray(0, GUESSED_WITHIN).entries()) {
    if (byte < 0x80) {
      inRow = 0;
      if (isLetter(byte)) letters++;
      continue;
    }
    inRow++;
    accented++;
    if (inRow > 2 || UNUSUAL.has(byte)) return null;
    if (inRow === 2 && !isWesternPair(bytes, at - 1)) return null;
  }
  const isLikely = accented > 0 && accented <= ACCENTED_SHARE_MAX * (letters + accented);
  return isLikely ? { label: "windows-1252", by: "guess" } : null;
}

const isLetter = (byte = 0) => (byte | 32) >= 97 && (byte | 32) <= 122;

/** Two such bytes in a row are letters of one word, or one is a mark; they may be one Chinese character, too. */
function isWesternPair(bytes: Uint8Array, at: number): boolean {
  const [before, first = 0, second = 0, after] = [-1, 0, 1, 2].map((offset) => bytes[at + offset]);
  if (MARKS.has(first) || MARKS.has(second)) return true;
  return first >= 0xc0 && second >= 0xdf && (isLetter(before) || isLetter(after));
}

/** Quotation marks, dashes, the euro sign, and a space that does not break. */
const MARKS = new Set([
  0x80, 0x82, 0x84, 0x85, 0x91, 0x92, 0x93, 0x94, 0x96, 0x97, 0xa0, 0xa1, 0xab, 0xbb, 0xbf,
]);

/**
 * Bytes without a meaning in Windows-1252, and those that its languages hardly ever use, among them the accented letters
 * of Mac OS Roman.
 */
const UNUSUAL = new Set([
  0x8a, 0x8e, 0x9a, 0x9e, 0x9f, 0x81, 0x8d, 0x8f, 0x90, 0x9d, 0x83, 0x88, 0x98, 0xa4, 0xa6, 0xac,
  0xaf, 0xb8, 0xd0, 0xd7, 0xdd, 0xde, 0xf0, 0xf7, 0xfd, 0xfe,
]);

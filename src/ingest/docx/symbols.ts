/** Signs of the fonts Wingdings and Symbol that say something in a text, by their code in the font. */
const WINGDINGS = new Map([
  [0x6f, "☐"],
  [0x71, "☐"],
  [0xa8, "☐"],
  [0xfd, "☒"],
  [0x78, "☒"],
  [0xfe, "☑"],
  [0xfc, "✓"],
  [0xfb, "✗"],
  [0xe0, "→"],
  [0xdf, "←"],
  [0x6c, "●"],
  [0x6e, "■"],
]);
const GREEK = "αβχδεφγηιϕκλμνοπθρστυϖωξψζ";
const CAPITALS = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ";
const SYMBOL = new Map([
  [0xa3, "≤"],
  [0xb3, "≥"],
  [0xb1, "±"],
  [0xb4, "×"],
  [0xb8, "÷"],
  [0xb9, "≠"],
  [0xbb, "≈"],
  [0xa5, "∞"],
  [0xb0, "°"],
  [0xd6, "√"],
  [0xe5, "∑"],
  [0xb7, "•"],
  [0xae, "→"],
]);

/** Returns the character that a sign of a font shows, by its code in hexadecimal; "" if it has no meaning in text. */
export function readSymbol(font: string, code: string): string {
  const value = Number.parseInt(code, 16);
  if (!Number.isInteger(value) || value > 0xffff) return "";
  const isPrivate = value >= 0xf000 && value <= 0xf0ff;
  const sign = isPrivate ? value - 0xf000 : value;
  if (/wingdings/i.test(font)) return WINGDINGS.get(sign) ?? "";
  if (/symbol/i.test(font))
    return SYMBOL.get(sign) ?? (letterOf(sign) || String.fromCharCode(sign));
  return isPrivate ? "" : String.fromCharCode(value);
}

function letterOf(sign: number): string {
  if (sign >= 0x61 && sign <= 0x7a) return GREEK.charAt(sign - 0x61);
  return sign >= 0x41 && sign <= 0x5a ? CAPITALS.charAt(sign - 0x41) : "";
}

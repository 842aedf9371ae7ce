/** Returns the value of a hexadecimal digit, given as a byte of ASCII; -1 for any other byte. */
export function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/** Decodes pairs of hexadecimal digits and skips other bytes. A last single digit counts as if a zero followed. */
export function decodeHexDigits(digits: Uint8Array): Uint8Array {
  const decoded = new Uint8Array((digits.length + 1) >> 1);
  let length = 0;
  let high = -1;
  for (const byte of digits) {
    const digit = hexDigit(byte);
    if (digit < 0) continue;
    if (high >= 0) decoded[length++] = high * 16 + digit;
    high = high < 0 ? digit : -1;
  }
  if (high >= 0) decoded[length++] = high * 16;
  return decoded.subarray(0, length);
}

/** Encodes a text in an encoding of one or two bytes a character, by searching what the decoder makes of the bytes. */
export function encodeText(label: string, text: string): Uint8Array {
  const codes = readCodes(label, new Set(text));
  return Uint8Array.from(
    Array.from(text).flatMap((sign) => {
      const bytes = codes.get(sign);
      if (!bytes) throw new Error(`${label} has no ${sign}`);
      return bytes;
    }),
  );
}

function readCodes(label: string, signs: ReadonlySet<string>): Map<string, readonly number[]> {
  const codes = new Map<string, readonly number[]>();
  const decoder = new TextDecoder(label);
  const see = (...bytes: readonly number[]) => {
    const sign = decoder.decode(Uint8Array.from(bytes));
    if (signs.has(sign) && !codes.has(sign)) codes.set(sign, bytes);
  };
  for (let first = 0; first < 256; first++) see(first);
  for (let lead = 0x81; lead < 0xff; lead++) {
    for (let trail = 0x40; trail < 0xff; trail++) see(lead, trail);
  }
  return codes;
}

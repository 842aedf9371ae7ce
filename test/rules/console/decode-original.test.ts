import { describe, expect, it } from "vitest";

import { decodeOriginal } from "../../../console/parts/source/decode-original.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

describe("the original of a text file", () => {
  it("is read as UTF-8, also where a character is cut off at the end", () => {
    const bytes = utf8("Straße 🚤");
    expect(decodeOriginal(bytes, true)).toBe("Straße 🚤");
    for (const cut of [1, 2, 3]) {
      expect(decodeOriginal(bytes.subarray(0, bytes.length - cut), false)).toBe("Straße ");
    }
  });

  it("is read in the encodings of older files", () => {
    expect(decodeOriginal(Uint8Array.of(0x53, 0x74, 0x72, 0x61, 0xdf, 0x65), true)).toBe("Straße");
    expect(decodeOriginal(Uint8Array.of(0xff, 0xfe, 0x41, 0x00), true)).toBe("A");
  });

  it("is not shown if it is no text", () => {
    expect(decodeOriginal(Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0), true)).toBeNull();
    expect(decodeOriginal(utf8("a\tb\r\n\u001b[1mc"), true)).toBe("a\tb\r\n\u001b[1mc");
  });
});

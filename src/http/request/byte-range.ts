/** A part of a file: `length` bytes from the byte `offset`, counted from 0. */
export type ByteRange = { readonly offset: number; readonly length: number };

/**
 * Parses the header `Range` for a file of `size` bytes. Returns null if the whole file is to be sent: without the
 * header, for several ranges, and for a header that is not valid, which the standard says to ignore. "unsatisfiable"
 * means that the range lies outside of the file.
 */
export function readRange(
  header: string | undefined,
  size: number,
): ByteRange | "unsatisfiable" | null {
  const found = /^bytes=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header ?? "");
  const [, first = "", last = ""] = found ?? [];
  if (first === "" && last === "") return null;
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? "unsatisfiable" : { offset: size - length, length };
  }
  const offset = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== "" && Number(last) < offset) return null;
  return offset >= size ? "unsatisfiable" : { offset, length: end - offset + 1 };
}

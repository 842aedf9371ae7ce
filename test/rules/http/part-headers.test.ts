import { describe, expect, it } from "vitest";

import { PartHeaders } from "../../../src/http/knowledge/part-headers.ts";

const TYPE = 'multipart/form-data; boundary="a+b (1)"';
const BODY = [
  "--a+b (1)",
  'content-disposition: form-data; name="purpose"',
  "content-type: text/plain; charset=utf-8",
  "",
  "assistants",
  "--a+b (1)",
  'Content-Disposition: form-data; name="file"; filename="a.txt"',
  "Content-Type: text/plain; charset=windows-1252",
  "",
  "--a+b (1) is no part: content-type: image/png",
  "--a+b (1)--",
  "",
].join("\r\n");

/** Reads a body in chunks of a size. */
function read(body: string, size = body.length): PartHeaders {
  const headers = new PartHeaders(TYPE);
  const bytes = new TextEncoder().encode(body);
  for (let at = 0; at < bytes.length; at += size) headers.see(bytes.subarray(at, at + size));
  return headers;
}

describe("the content type of the part `file`", () => {
  it.each([1, 7, 64, 10_000])("is found with its charset in chunks of %i bytes", (size) => {
    expect(read(BODY, size).contentType).toBe("text/plain; charset=windows-1252");
  });

  it("is found after a long field", () => {
    const long = BODY.replace("assistants", "x".repeat(60_000));
    expect(read(long, 1_000).contentType).toBe("text/plain; charset=windows-1252");
  });

  it("is empty if the part has none", () => {
    expect(read(BODY.replace(/Content-Type:.*\r\n/, "")).contentType).toBe("");
  });
});

const extended = (name: string) => read(BODY.replace('filename="a.txt"', name)).isNameExtended;

describe("the name of the part `file`", () => {
  it("is extended where `filename*` has it", () => {
    expect(extended("filename*=UTF-8''a.txt")).toBe(true);
    expect(extended(`filename="a.txt"; filename*=UTF-8''a.txt`)).toBe(true);
    expect(extended('filename="a.txt"')).toBe(false);
  });
});

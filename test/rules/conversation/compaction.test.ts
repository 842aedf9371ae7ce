import { deflateRawSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { packItems, unpackItems } from "../../../src/conversation/compaction.ts";
import { toItem } from "../../../src/conversation/input-item.ts";

const message = (content: string) => toItem({ type: "message", role: "user", content }, () => "1");
const MAX = 8 * 1024 * 1024;
const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
const pack = (value: unknown) =>
  `ew1.${deflateRawSync(JSON.stringify(value)).toString("base64url")}`;

describe("packed items", () => {
  it("unpack to what was packed", () => {
    const packed = packItems([message("Ünïcode \u0000 😀")]);
    expect(packed.ok && unpackItems(packed.value, MAX)).toMatchObject({
      ok: true,
      value: { items: [{ role: "user", content: [{ text: "Ünïcode \u0000 😀" }] }] },
    });
  });

  it("are refused beyond 8 MiB", () => {
    expect(packItems([message("a".repeat(8 * 1024 * 1024))])).toMatchObject({
      ok: false,
      error: { code: "payload_too_large" },
    });
  });

  it.each([
    ["another version", pack([]).replace("ew1", "ew2")],
    ["no list", pack({})],
    ["an unknown item", pack([{ type: "computer_call" }])],
    ["a reference", pack([{ type: "item_reference", id: "msg_1" }])],
    ["a compaction", pack([{ type: "compaction", encrypted_content: pack([]) }])],
    ["nothing", ""],
    ["deep", pack([{ type: "file_search_call", queries: [], results: [nested(200)] }])],
  ])("are refused when they are %s", (_name, text) => {
    expect(unpackItems(text, MAX)).toMatchObject({ ok: false, error: { code: "invalid_request" } });
  });

  it.each([
    ["a bomb", `ew1.${deflateRawSync(Buffer.alloc(100_000_000, 32)).toString("base64url")}`, MAX],
    ["more than is left", pack([{ role: "user", content: "a".repeat(1_000) }]), 999],
  ])("are too large when they are %s", (_name, text, bytesMax) => {
    expect(unpackItems(text, bytesMax)).toMatchObject({
      ok: false,
      error: { code: "payload_too_large" },
    });
  });

  it("have whole characters only", () => {
    const text = pack([{ role: "user", content: "a" }]);
    const half = `ew1.${deflateRawSync('[{"role":"user","content":"\\ud800"}]').toString("base64url")}`;
    expect(unpackItems(text, MAX)).toMatchObject({ value: { items: [{ content: "a" }] } });
    expect(unpackItems(half, MAX)).toMatchObject({ value: { items: [{ content: "\ufffd" }] } });
  });
});

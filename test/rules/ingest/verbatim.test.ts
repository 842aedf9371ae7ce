import { describe, expect, it } from "vitest";

import { ingestFiles } from "../../../src/ingest/ingest-files.ts";
import { store, World } from "./ingest-world.ts";
import { drawPdf, lines } from "./pdf/draw-pdf.ts";

const PDF = drawPdf([{ content: lines(72, 700, ["Badgers dig setts."]) }]);

describe("the text of a file", () => {
  it.each([
    ["the same", "Badgers dig setts.\n", true],
    ["the same, with letters of two and four bytes", "Dächse 🦡 graben.", true],
    ["other ends of lines", "Badgers dig\r\nsetts.", false],
    ["a byte order mark", "\uFEFFBadgers dig setts.", false],
    ["bytes that are no UTF-8", Buffer.from("\uFEFFBadgers dig setts.", "utf16le"), false],
    ["an image that Markdown leaves out", "![sett](data:image/png;base64,AAAA) Setts.", false],
    ["a PDF, whose parser takes the bytes away", PDF, false],
    ["a long one", "Badgers dig setts. ".repeat(100_000), true],
  ])("is stored unless the bytes are the same: %s", async (_, content, isVerbatim) => {
    const world = new World();
    await ingestFiles(world.deps, store, [
      world.add("a", content, { isVerbatim: false, filename: "a.md" }),
    ]);
    const outcome = world.reports.get("file-a");
    expect(outcome).toMatchObject({ kind: "completed" });
    expect(outcome && "isVerbatim" in outcome).toBe(isVerbatim);
    expect(world.texts.has("file-a")).toBe(!isVerbatim);
  });

  it("is stored for a store of the build before, which would not know where it is", async () => {
    const world = new World();
    await ingestFiles(world.deps, store, [world.add("a", "Badgers dig setts.")]);
    expect(world.texts.get("file-a")).toBe("Badgers dig setts.");
    expect(world.reports.get("file-a")).not.toHaveProperty("isVerbatim");
  });

  it("is read from the bytes for a copy", async () => {
    const world = new World();
    const copy = { isCopy: true, isVerbatim: true, generation: 2 } as const;
    await ingestFiles(world.deps, store, [world.add("a", "Badgers dig setts.", copy)]);
    expect(world.reports.get("file-a")).toMatchObject({ kind: "completed", generation: 2 });
    expect(world.texts.size).toBe(0);
  });

  it("is missing for a copy once the bytes are deleted", async () => {
    const world = new World();
    const copy = { isCopy: true, isVerbatim: true, generation: 2 } as const;
    const claim = world.add("a", "Badgers dig setts.", copy);
    world.files.clear();
    await ingestFiles(world.deps, store, [claim]);
    expect(world.reports.get("file-a")).toMatchObject({
      kind: "failed",
      message: expect.stringContaining("Neither"),
    });
  });
});

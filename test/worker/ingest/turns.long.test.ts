import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { extractText } from "../../../src/ingest/extract-text.ts";
import { cuttable, draftWindows } from "../../../src/ingest/passages.ts";
import { finishInTurns } from "../../../src/ingest/slices.ts";
import { CHUNKING_AUTO } from "../../../src/knowledge/chunking.ts";
import { readCharacterMap } from "../../../src/platform/read-character-map.ts";
import { makeBlocksInSlices } from "../../../src/retrieval/segment/make-blocks.ts";
import { hashAll } from "../../../src/wiring/embedding-cache-deps.ts";
import { HOSTILE_FILES } from "../../rules/ingest/hostile-files.ts";
import { HOSTILE_PDFS } from "../../rules/ingest/hostile-pdfs.ts";

/** Counts the timers of others that fire while `work` runs. No timer fires, and no request is read, without a turn. */
async function countTimers(work: () => Promise<unknown>): Promise<number> {
  let fired = 0;
  const timer = setInterval(() => fired++, 1);
  await work().finally(() => clearInterval(timer));
  return fired;
}

const read = (filename: string, bytes: Uint8Array) => () =>
  extractText({ bytes, filename }, (map) => readCharacterMap(env, map));

const FILES = [
  "string.json",
  "columns.csv",
  "rows.csv",
  "images.md",
  "sheet.html",
  "utf32.txt",
  "elements.xml",
  "markup.html",
  "images.ipynb",
];

const words = Array.from({ length: 200_000 }, (_, at) => `w${(at * 7_919) % 200_000}`);
const passages = Array.from({ length: 200 }, (_, at) => words.slice(1_000 * at, 1_000 * (at + 1)));

describe("in workerd, timers of other requests fire while a long loop runs:", () => {
  it.for(HOSTILE_FILES.filter(([name]) => FILES.includes(name)))(
    "while a file is read: %s",
    async ([name, make], { expect }) => {
      expect(await countTimers(read(name, make()))).toBeGreaterThanOrEqual(2);
    },
  );

  it.for(Object.entries(HOSTILE_PDFS).slice(1, 3))(
    "while a PDF file is checked and read: %s",
    async ([name, [make]], { expect }) => {
      expect(await countTimers(read(`${name}.pdf`, make()))).toBeGreaterThanOrEqual(1);
    },
  );

  it("while a text is cut into chunks", async ({ expect }) => {
    const text = `${words.join(" ")}.`;
    const task = { generation: 1, fileId: "file-a" as const, version: 1, chunking: CHUNKING_AUTO };
    const cut = await cuttable({ text, format: "plain" }, { storeId: "vs_a" }, task);
    const fired = await countTimers(async () => {
      for await (const { drafts } of draftWindows(cut)) expect(drafts.length).toBeGreaterThan(0);
    });
    expect(fired).toBeGreaterThanOrEqual(2);
  });

  it("while passages are embedded", async ({ expect }) => {
    const inputs = passages.map((terms) => ({ terms }));
    expect(await countTimers(() => hashAll(inputs))).toBeGreaterThanOrEqual(2);
  });

  it("while the index of a window is made", async ({ expect }) => {
    const terms = passages.map((body) => ({ heading: [], body, name: [] }));
    const fired = await countTimers(() => finishInTurns(makeBlocksInSlices(terms)));
    expect(fired).toBeGreaterThanOrEqual(2);
  });
});

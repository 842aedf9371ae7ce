import { describe, expect, it } from "vitest";

import { cutChunks } from "../../../../src/ingest/chunks/cut-chunks.ts";
import { extractText } from "../../../../src/ingest/extract-text.ts";
import type { Chunk } from "../../../../src/ingest/ingest-types.ts";
import { encodePlaces, findPlace } from "../../../../src/knowledge/chunk-places.ts";
import { readCharacterMap } from "../character-maps.ts";

const SMALL = { chunkTokensMax: 100, overlapTokens: 40 };

async function cut(filename: string, source: string, chunking = SMALL) {
  const bytes = new TextEncoder().encode(source);
  const extracted = await extractText({ bytes, filename }, readCharacterMap);
  if (!extracted.ok) throw new Error(extracted.error.message);
  const { text } = extracted.value;
  const chunks = cutChunks(extracted.value, chunking);
  /** The places of the words in all chunks that have them. */
  const places = (words: string) => {
    const at = text.indexOf(words);
    const having = chunks.filter(({ start, end }) => start <= at && at + words.length <= end);
    const found = having.map((chunk) => findPlace(chunk, at, at + words.length));
    return {
      chunks: having.length,
      place: found[0],
      isSame: new Set(found.map((one) => JSON.stringify(one))).size,
    };
  };
  return { chunks, places };
}
const first = ({ start, end, ...chunk }: Chunk) => findPlace({ ...chunk, start }, start, end);
const rows = (count: number, from = 0) =>
  Array.from(
    { length: count },
    (_, row) => `| part ${from + row} | ${7 * (from + row)} EUR |`,
  ).join("\n");

const TABLE = `# Prices\n\nPrices in 2026:\n\n| Item | Price |\n| --- | --- |\n${rows(90)}\n\nText after it.\n\n| a | b |\n|---|---|\n| x1 | y1 |\n`;

describe("the table and row of a passage", () => {
  it("are found in each chunk of a table, also where chunks overlap", async () => {
    const { chunks, places } = await cut("a.md", TABLE);
    expect(chunks.length).toBeGreaterThan(8);
    for (const row of [0, 1, 37, 88, 89]) {
      const place = { page: null, table: "Prices in 2026", row: row + 1 };
      expect(places(`| part ${row} | ${7 * row} EUR |`)).toMatchObject({ place, isSame: 1 });
    }
    expect(places("Text after it.").place).toEqual({ page: null, table: null, row: null });
    expect(places("y1").place).toEqual({ page: null, table: "2", row: 1 });
    expect(places("| Item |").place).toEqual({ page: null, table: "Prices in 2026", row: null });
    expect(places("Item | Price |\n| --- | --- |\n| part 0").place).toMatchObject({ row: 1 });
  });

  it("are those of the first row of a chunk in search results", async () => {
    const { chunks } = await cut("a.md", TABLE);
    const firsts = chunks.map(first);
    expect(firsts[0]).toEqual({ page: null, table: "Prices in 2026", row: 1 });
    const numbers = firsts.slice(0, -1).map(({ row }) => row ?? 0);
    expect(numbers).toEqual(numbers.toSorted((left, right) => left - right));
    for (const chunk of chunks.slice(1, -1)) {
      const number = Number(/\| part (\d+) \|/.exec(chunk.text)?.[1]) + 1;
      expect(first(chunk).row).toBe(number);
    }
  });

  it("count the rows of CSV files below titles and names", async () => {
    const people = Array.from({ length: 80 }, (_, row) => `Person${row},${1_000 + row}`);
    const { places } = await cut(
      "a.csv",
      `# Salaries of 2026\nname,salary\n${people.join("\n")}\n`,
    );
    expect(places("name: Person0; salary: 1000").place).toMatchObject({ table: "1", row: 1 });
    expect(places("name: Person79; salary: 1079").place).toMatchObject({ table: "1", row: 80 });
    expect(places("# Salaries").place).toMatchObject({ table: "1", row: null });
  });

  it("are those of the whole row for each piece of a row that is larger than a chunk", async () => {
    const long = Array.from({ length: 600 }, (_, word) => `word${word}`).join(" ");
    const { chunks, places } = await cut(
      "a.md",
      `| Key | Text |\n| --- | --- |\n| a | short |\n| b | ${long} |\n| c | last |\n`,
    );
    expect(chunks.length).toBeGreaterThan(5);
    for (const words of ["word3 ", "word400 ", "word599"]) {
      expect(places(words).place).toMatchObject({ table: "1", row: 2 });
    }
    expect(places("| c |").place).toMatchObject({ row: 3 });
  });

  it("are unknown for chunks of earlier builds, which know pages at most", () => {
    const text = "| a |";
    const old = { start: 0, text, places: '[[0,"iv"]]' };
    expect(findPlace(old, 0, 5)).toEqual({ page: "iv", table: null, row: null });
    for (const places of [null, undefined]) {
      const none = { page: null, table: null, row: null };
      expect(findPlace({ start: 0, text, ...(places === null && { places }) }, 0, 5)).toEqual(none);
    }
  });

  it("are kept beside the pages", () => {
    const tables = [{ table: "T", start: 0, row: 4, rowStart: 2, end: 9 }];
    const places = encodePlaces([{ start: 0, label: "iv" }], tables, { start: 0, end: 20 });
    const chunk = { start: 0, text: "h\nr4\nr5\nr", places };
    expect(findPlace(chunk, 5, 7)).toEqual({ page: "iv", table: "T", row: 5 });
    expect(encodePlaces([], [], { start: 0, end: 1 })).toBe(null);
  });
});

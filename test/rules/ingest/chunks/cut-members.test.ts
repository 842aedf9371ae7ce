import { describe, expect, it } from "vitest";

import { cutChunks } from "../../../../src/ingest/chunks/cut-chunks.ts";
import { jsonToText } from "../../../../src/ingest/data/json-to-text.ts";
import { xmlToText } from "../../../../src/ingest/data/xml-to-text.ts";
import { finishNow } from "../../../../src/ingest/slices.ts";

const CHUNKING = { chunkTokensMax: 100, overlapTokens: 20 };
const LENGTH_MAX = 1_000_000;
const PROSE = "Every sentence of a long text is kept whole, if there is room for it. "
  .repeat(40)
  .trim();

function cutJson(value: unknown) {
  const text = finishNow(jsonToText(JSON.stringify(value), LENGTH_MAX))?.text ?? "";
  return cutChunks({ text, format: "json" }, CHUNKING);
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

describe("the members of JSON in chunks", () => {
  it("stay together by the elements of an array", () => {
    const chunks = cutJson({
      people: numbers(200).map((n) => ({ name: `Person${n}`, salary: n })),
    });

    expect(chunks.length).toBeGreaterThan(20);
    for (const { text } of chunks) {
      const names = text.match(/Person\d+/g) ?? [];
      const salaries = text.match(/salary: \d+/g) ?? [];
      expect(names.map((name) => name.slice(6))).toEqual(salaries.map((one) => one.slice(8)));
    }
  });

  it("know the first member of the element that they are in", () => {
    const items = numbers(60).map((n) => ({ sku: `S${n}`, note: `a note about item ${n}` }));
    const chunks = cutJson({
      orders: [
        { id: "A7", items },
        { id: "A8", items },
      ],
    });
    const within = (order: number) =>
      chunks.filter(({ text }) => text.startsWith(`orders[${order}].items`));

    expect(within(0).length).toBeGreaterThan(5);
    for (const { heading } of within(0)) expect(heading).toMatch(/^orders\[0\]\.id: A7(?:\n|$)/);
    for (const { heading } of within(1)) expect(heading).toMatch(/^orders\[1\]\.id: A8(?:\n|$)/);
  });

  it("are cut by sentences if they are long, with their path beside each piece", () => {
    const [first, ...others] = cutJson({ articles: [{ title: "Heat", body: PROSE }] });

    expect(first?.heading).toBe("");
    expect(others.length).toBeGreaterThan(3);
    for (const { heading, text } of others) {
      expect(heading).toBe("articles[0].title: Heat\narticles[0].body:");
      expect(text).toMatch(/^Every .*\.$/s);
    }
  });

  it("stay together by the lines of JSON lines", () => {
    const lines = numbers(200).map((n) => JSON.stringify({ name: `Person${n}`, salary: n }));
    const text = finishNow(jsonToText(lines.join("\n"), LENGTH_MAX))?.text ?? "";
    const chunks = cutChunks({ text, format: "json" }, CHUNKING);

    expect(chunks.length).toBeGreaterThan(20);
    for (const { text: own, heading } of chunks) {
      expect(own).toMatch(/^(?:line (\d+): name: Person\d+; salary: \d+(?:\n|$))+$/);
      expect(heading).toBe("");
    }
  });
});

describe("the elements of XML in chunks", () => {
  it("stay together if they repeat", () => {
    const books = numbers(100).map(
      (n) => `<book><title>Title${n}</title><author><last>Name${n}</last></author></book>`,
    );
    const text = finishNow(xmlToText(`<all>${books.join("")}</all>`, LENGTH_MAX))?.text ?? "";
    const chunks = cutChunks({ text, format: "json" }, CHUNKING);

    expect(chunks.length).toBeGreaterThan(10);
    for (const { text: own } of chunks.slice(1)) {
      const titles = own.match(/Title\d+/g) ?? [];
      const authors = own.match(/Name\d+/g) ?? [];
      expect(titles.map((one) => one.slice(5))).toEqual(authors.map((one) => one.slice(4)));
    }
  });
});

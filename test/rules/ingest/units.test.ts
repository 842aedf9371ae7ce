import { describe, expect, it } from "vitest";

import { cutChunks } from "../../../src/ingest/chunks/cut-chunks.ts";
import type { ExtractedFormat } from "../../../src/ingest/ingest-types.ts";
import { cutUnits } from "../../../src/ingest/units/read-units.ts";
import { CHUNKING_AUTO } from "../../../src/knowledge/chunking.ts";
import { decodeUnits, encodeUnits, type UnitList } from "../../../src/knowledge/units.ts";

/** Cuts a text into one chunk, and decodes its units as they are stored. */
function store(text: string, format: ExtractedFormat = "markdown"): UnitList & { text: string } {
  const [chunk] = cutChunks({ text, format }, CHUNKING_AUTO);
  const list = chunk?.units ? decodeUnits(chunk.units) : { units: [], since: null };
  return { ...list, text: chunk?.text ?? "" };
}

/** Shows each unit of a text: its kind, its text, and what is above it. */
function show(text: string, format: ExtractedFormat = "markdown"): string[] {
  const { units, text: stored } = store(text, format);
  return units.map(({ kind, start, end, headings, lead }) => {
    const above = [...headings, ...(lead === "" ? [] : [lead])].join(" / ");
    return `${kind}: ${stored.slice(start, end)}${above === "" ? "" : ` < ${above}`}`;
  });
}

describe("the units of a chunk", () => {
  it.each<readonly [name: string, text: string, format: ExtractedFormat, units: readonly string[]]>(
    [
      [
        "sentences with their headings",
        "# Boats\n\n## Oars\n\nOars float. Sails do not.",
        "markdown",
        ["sentence: Oars float. < Boats / Oars", "sentence: Sails do not. < Boats / Oars"],
      ],
      [
        "rows with the header of their table",
        "| Plan | Price |\n| --- | --- |\n| Team | 99 EUR |",
        "markdown",
        ["row: | Team | 99 EUR | < | Plan | Price |"],
      ],
      [
        "records and members",
        "plan: Team; price: 99\nplan: Solo; price: 9",
        "csv",
        ["record: plan: Team; price: 99", "record: plan: Solo; price: 9"],
      ],
      [
        "members with the first one of their object",
        "depot: Ghent\nmanager.name: Ada",
        "json",
        ["member: depot: Ghent < depot: Ghent", "member: manager.name: Ada < depot: Ghent"],
      ],
      [
        "items with the sentence before the list",
        "Bring this. To register:\n\n- a passport\n- a photo",
        "markdown",
        [
          "sentence: Bring this.",
          "sentence: To register:",
          "item: a passport < To register:",
          "item: a photo < To register:",
        ],
      ],
      [
        "items with the item above them",
        "- Forklift\n  - 6 km/h",
        "markdown",
        ["item: Forklift", "item: 6 km/h < Forklift"],
      ],
      [
        "clauses with the title of the clause above",
        "2.1 Passwords\n\n2.1.1 They have 14 characters. They stay.",
        "markdown",
        [
          "clause: 2.1 Passwords",
          "clause: 2.1.1 They have 14 characters. They stay. < 2.1 Passwords",
        ],
      ],
      [
        "answers with their question, in bold",
        "**May I swim?**\n\nYes.\n\n**May I dive?**\n\nNo.",
        "markdown",
        ["sentence: Yes. < May I swim?", "sentence: No. < May I dive?"],
      ],
      [
        "answers with their question, in one paragraph",
        "Q: May I swim?\nA: Yes.\nQ: May I dive?\nA: No.",
        "plain",
        ["sentence: A: Yes. < Q: May I swim?", "sentence: A: No. < Q: May I dive?"],
      ],
      [
        "definitions",
        "Float bike\n: A bike without a lessee.",
        "markdown",
        ["term: Float bike\n: A bike without a lessee."],
      ],
      [
        "lines of code with the sentence before them",
        "To start:\n\n```\nrun it\n```",
        "markdown",
        ["sentence: To start:", "code: run it < To start:"],
      ],
      [
        "plain text with its title and those of its parts",
        "MINUTES\n12 May\n\n1. Noise\nAnn: It is loud.",
        "plain",
        ["sentence: MINUTES\n12 May < MINUTES", "sentence: Ann: It is loud. < MINUTES / Noise"],
      ],
    ],
  )("are %s", (_name, text, format, units) => {
    expect(show(text, format)).toEqual(units);
  });

  it("keep one number for a list that two chunks share", () => {
    const items = Array.from(
      { length: 60 },
      (_, at) => `- The item with the number ${at} of the list`,
    );
    const chunks = cutChunks(
      { text: `Intro.\n\n${items.join("\n")}`, format: "markdown" },
      { chunkTokensMax: 200, overlapTokens: 0 },
    );
    const blocks = chunks.map(({ units }) => decodeUnits(units ?? "").units.at(-1)?.block);

    expect(chunks.length).toBeGreaterThan(2);
    expect(new Set(blocks).size).toBe(1);
  });

  it("lie within the chunk, in order", () => {
    const text = Array.from(
      { length: 40 },
      (_, at) => `# Part ${at}\n\nIt rains. It is ${at} o'clock.\n\n- a\n- b\n`,
    ).join("\n");
    for (const { units, text: own } of cutChunks({ text, format: "markdown" }, CHUNKING_AUTO)) {
      let at = 0;
      for (const { start, end } of decodeUnits(units ?? "").units) {
        expect(start).toBeGreaterThanOrEqual(at);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(own.length);
        at = end;
      }
    }
  });

  it.each([
    ["Valid from 1 January 2026. All prices in euro.", "2026-01-01"],
    ["---\ndate: 2025-11-03\n---\n\nText.", "2025-11-03"],
    ["Stand: April 2026. Für alle.", "2026-04"],
    ["取り扱い\n\n2026年2月改訂。", "2026-02"],
    ["The company was founded in 2014.", null],
  ])("say since when the document is valid: %s", (text, since) => {
    expect(store(text).since).toBe(since);
  });

  it("are left out if they take too much room", () => {
    const unit = { kind: "sentence", lead: "x".repeat(60_000), depth: 0, block: 0 } as const;
    const units = [{ ...unit, start: 0, end: 1, headings: [] }];

    expect(encodeUnits({ units, since: null }, 0)).toBeNull();
    expect(encodeUnits({ units: [], since: null }, 0)).toBeNull();
  });

  it("are cut from the text alone for a chunk that was stored without them", () => {
    expect(cutUnits("plan: Team; price: 99\nplan: Solo; price: 9").units).toMatchObject([
      { kind: "record" },
      { kind: "record" },
    ]);
    expect(cutUnits("depot: Ghent\nmanager.name: Ada").units.at(-1)).toMatchObject({
      kind: "member",
    });
  });
});

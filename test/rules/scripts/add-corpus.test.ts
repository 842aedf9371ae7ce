import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, it } from "vitest";

import { addCorpus } from "../../../scripts/operations/add-corpus.ts";

const CONFIG = readFileSync(join(import.meta.dirname, "../../../wrangler.toml"), "utf8");

const block = (table: string, number: number) => `[[${table}]]
binding = "CORPUS_${number}"
database_name = "edgewise-corpus-${number}"
migrations_dir = "migrations/corpus"
`;

describe("addCorpus", () => {
  it("adds the next database to both editions, after the last one, and changes nothing else", ({
    expect,
  }) => {
    const numbers = [...CONFIG.matchAll(/binding = "CORPUS_(\d+)"/g)].map(([, n]) => Number(n));
    const next = Math.max(...numbers) + 1;
    const { binding, text } = addCorpus(CONFIG);
    expect(binding).toBe(`CORPUS_${next}`);
    for (const table of ["d1_databases", "env.production.d1_databases"]) {
      expect(text).toContain(`${block(table, next - 1)}\n${block(table, next)}\n`);
    }
    const without = ["d1_databases", "env.production.d1_databases"].reduce(
      (left, table) => left.replace(`${block(table, next)}\n`, ""),
      text,
    );
    expect(without).toBe(CONFIG);
    expect(addCorpus(text).binding).toBe(`CORPUS_${next + 1}`);
  });

  it("keeps the prefix of an operator's names, and copies no id", ({ expect }) => {
    const own = `[[d1_databases]]
database_name = "town-2-corpus-9"
database_id = "1234"
binding = "CORPUS_9"`;
    expect(addCorpus(own).text).toBe(`${own}

[[d1_databases]]
database_name = "town-2-corpus-10"
binding = "CORPUS_10"`);
  });

  it("refuses editions that differ, and a configuration without a corpus database", ({
    expect,
  }) => {
    const one = block("d1_databases", 0);
    const differing = `${one}\n${block("env.production.d1_databases", 1)}`;
    expect(() => addCorpus(differing)).toThrow("different corpus databases");
    expect(() => addCorpus("name = 'edgewise'\n")).toThrow("no corpus database");
  });
});

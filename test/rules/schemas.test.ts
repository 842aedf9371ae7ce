import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { DECLARED } from "./rows/declared.ts";
import { filesIn, hashText, readSource, type Shape } from "./schema-shapes.ts";
import { JSON_COLUMNS, SHAPES } from "./stored-shapes.ts";

/**
 * The shapes of everything that a build stores or sends to a later build. A changed shape fails here until there is a
 * decision about the stored data of the old shape.
 */
const RECORDED = join(import.meta.dirname, "schemas.json");
const ROOT = join(import.meta.dirname, "../..");
const UPDATE = "UPDATE_SCHEMAS=1 npx vitest run --project rules test/rules/schemas.test.ts";
const VERSIONED = `The shape of what is stored has changed. Objects and queues hold the old one for as long as runs are open.
Raise the version, teach the reader the one before (an upcaster, a case in readDefinition, a schema that takes both),
keep a history of it in test/rules/kernel/rows/histories if it is the kernel's, and then record the new shape:
  ${UPDATE}
If old and new read each other as they are (a member that may be missing was added), say so in the commit and record it.`;
const MIGRATED = `A migration that is merged is never edited, since objects have run it: add a file after it. A new one is recorded with
  ${UPDATE}`;

const MIGRATIONS: Readonly<Record<string, string>> = Object.fromEntries(
  filesIn(".").flatMap((folder) =>
    filesIn(folder).map((file) => {
      const path = `${folder}/${file}`;
      return [path, hashText(readSource(`migrations/${path}`))];
    }),
  ),
);

type Recorded = {
  readonly shapes: Readonly<Record<string, Shape>>;
  readonly migrations: Readonly<Record<string, string>>;
};

if (process.env["UPDATE_SCHEMAS"] !== undefined) {
  const text = JSON.stringify({ shapes: SHAPES, migrations: MIGRATIONS }, null, 2);
  writeFileSync(RECORDED, `${text}\n`);
}
const recorded: Recorded = JSON.parse(readFileSync(RECORDED, "utf8"));

/** Throws instructions unless the shape is the recorded one. */
function decided(found: unknown, known: unknown, advice: string): void {
  const [now, before] = [found, known].map((value) => JSON.stringify(value, null, 2));
  if (now !== before) throw new Error(`${advice}\nrecorded: ${before}\nfound: ${now}`);
}

describe("stored data", () => {
  it.each(Object.entries(SHAPES))("%s have the recorded shape", (name, found) => {
    expect(() => decided(found, recorded.shapes[name], VERSIONED)).not.toThrow();
  });

  it("is recorded completely", () => {
    expect(Object.keys(recorded.shapes)).toEqual(Object.keys(SHAPES));
  });

  it("has a known shape in every JSON column", () => {
    const columns = Object.entries(DECLARED).flatMap(([folder, tables]) =>
      tables.flatMap(({ table, listed }) =>
        listed.flatMap(({ name, isJson }) => (isJson ? [`${folder}/${table}.${name}`] : [])),
      ),
    );
    const unknown = columns.filter((column) => {
      const name = JSON_COLUMNS[column];
      return name === undefined || (name !== null && SHAPES[name] === undefined);
    });
    const gone = Object.keys(JSON_COLUMNS).filter((column) => !columns.includes(column));
    expect(
      { unknown, gone },
      `Name the shape of each new JSON column in JSON_COLUMNS of stored-shapes.ts, and the types that it is made of in SHAPES; then record it with
  ${UPDATE}`,
    ).toEqual({ unknown: [], gone: [] });
  });

  it("has every migration of an object in a list of an object", () => {
    const sources = globSync("{src,durable-objects}/**/*.ts", { cwd: ROOT })
      .map(readSource)
      .join("\n");
    const isListed = (path: string) => {
      const name = new RegExp(`import (\\w+) from "[./]+/migrations/${path}"`).exec(sources)?.[1];
      return name !== undefined && new RegExp(`\\bsql: ${name}\\b`).test(sources);
    };
    const forgotten = Object.keys(MIGRATIONS).filter(
      (path) => !/^(catalog|corpus)\//.test(path) && !isListed(path),
    );
    expect(forgotten, "Import each file where its object lists its migrations.").toEqual([]);
  });

  it("has tables from the recorded migrations", () => {
    expect(() => decided(MIGRATIONS, recorded.migrations, MIGRATED)).not.toThrow();
  });
});

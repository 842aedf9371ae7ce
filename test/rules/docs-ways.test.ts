import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

import { describe, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

/** Longest ways that are accepted: files, and changes of folder. Shorten a way instead of raising a bound. */
const WAYS = [
  { heading: "A question", filesMax: 60, changesMax: 15 },
  { heading: "A file", filesMax: 45, changesMax: 13 },
];

/** The files that a section of the page lists, in order. */
function filesIn(heading: string): string[] {
  const [, section = ""] = read("docs/a-questions-way.md").split(`\n## ${heading}\n`);
  const rows = (section.split("\n## ")[0] ?? "").matchAll(/^\d+\. `([^`]+\.ts)`/gm);
  return Array.from(rows, ([, file = ""]) => file);
}

/** `src/http`, `durable-objects`: the parts that the linter keeps apart. */
const folderOf = (file: string) =>
  file
    .split("/")
    .slice(0, file.startsWith("src/") ? 2 : 1)
    .join("/");

const importsOf = (file: string) =>
  Array.from(read(file).matchAll(/from "(\.[^"]+)"/g), ([, path = ""]) =>
    normalize(join(dirname(file), path)),
  );

/** Stubs of objects in src/platform/objects.ts, and the classes that they call over RPC. */
const OBJECTS: Readonly<Record<string, string>> = {
  addressConversation: "durable-objects/conversation.ts",
  addressVectorStore: "durable-objects/vector-store.ts",
  addressSearchShard: "durable-objects/search-shard.ts",
};
const QUEUES: Readonly<Record<string, string>> = { INGEST: "src/queues/ingest.ts" };

/** True for a call over RPC, through a queue, or of a dependency that the other file makes. */
function calls(one: string, other: string): boolean {
  const text = read(one);
  const uses = (names: Readonly<Record<string, string>>) =>
    Object.entries(names).some(([name, file]) => file === other && text.includes(name));
  if (uses(OBJECTS) || uses(QUEUES)) return true;
  if (!other.startsWith("src/wiring/")) return false;
  const made = read(other);
  return Array.from(text.matchAll(/\bdeps\.(\w+)\(/g)).some(([, name = ""]) =>
    new RegExp(`^\\s+(async )?${name}[:(,]`, "m").test(made),
  );
}

const areLinked = (one: string, other: string) =>
  importsOf(one).includes(other) ||
  importsOf(other).includes(one) ||
  calls(one, other) ||
  calls(other, one);

describe.each(WAYS)(
  "$heading's way in docs/a-questions-way.md",
  ({ heading, filesMax, changesMax }) => {
    const files = filesIn(heading);

    it("lists files that exist, each linked to the next: list the file between them", ({
      expect,
    }) => {
      expect(files.length).toBeGreaterThan(20);
      expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
      const gaps = files.flatMap((file, at) => {
        const next = files[at + 1];
        return next === undefined || areLinked(file, next) ? [] : [`${file} -> ${next}`];
      });
      expect(gaps).toEqual([]);
    });

    it(`has at most ${filesMax} files and ${changesMax} changes of folder`, ({ expect }) => {
      const changes = files.filter((file, at) => {
        const before = files[at - 1];
        return before !== undefined && folderOf(before) !== folderOf(file);
      });
      expect({ files: files.length, max: filesMax }).toEqual({
        files: Math.min(files.length, filesMax),
        max: filesMax,
      });
      expect(changes.length).toBeLessThanOrEqual(changesMax);
    });
  },
);

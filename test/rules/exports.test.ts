import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const EXPORT = /^export (?:abstract )?(?:async )?(const|type|interface|class|function\*?) (\w+)/;

type Export = {
  readonly kind: string;
  readonly name: string;
  readonly place: string;
  readonly above: string;
};

/** Lists the declarations that are exported where they are written. */
function listExports(): Export[] {
  return globSync("{src,durable-objects}/**/*.ts", { cwd: ROOT }).flatMap((path) => {
    const lines = readFileSync(join(ROOT, path), "utf8").split("\n");
    return lines.flatMap((line, index) => {
      const [, kind, name] = EXPORT.exec(line) ?? [];
      if (!kind || !name) return [];
      return [{ kind, name, place: `${path}:${index + 1}`, above: lines[index - 1] ?? "" }];
    });
  });
}

const CLASS = /^(?:export )?(?:abstract )?class (\w+)/;
const TYPE = /^(?:export )?(?:interface|type) (\w+).*\{$/;
const MEMBER = /^ {2}(?:readonly )?(\w+)\??[(<:]/;
/** A method or accessor that others may call: neither private nor the constructor, and no field. */
const METHOD =
  /^ {2}(?:(?:static|async|abstract|get|set) )*\*?(?!constructor\b)([a-z]\w*)[(<].*[{(,<;}]$/;

type Member = { readonly owner: string; readonly name: string; readonly isDocumented: boolean };
type Method = Member & { readonly place: string; readonly interfaces: readonly string[] };

/** Lists what `pattern` finds in the blocks that begin with `opening` and end with a brace at the margin. */
function listMembers(lines: readonly string[], opening: RegExp, pattern: RegExp) {
  let begin = -1;
  return lines.flatMap((line, index) => {
    if (opening.test(line)) begin = index;
    else if (line.startsWith("}")) begin = -1;
    const name = begin < 0 ? undefined : pattern.exec(line)?.[1];
    if (name === undefined) return [];
    const owner = opening.exec(lines[begin] ?? "")?.[1] ?? "";
    return [{ owner, name, begin, index, isDocumented: lines[index - 1]?.endsWith("*/") ?? false }];
  });
}

function readSources(): { path: string; lines: readonly string[] }[] {
  const paths = globSync("{src,durable-objects}/**/*.ts", { cwd: ROOT });
  return paths.map((path) => ({ path, lines: readFileSync(join(ROOT, path), "utf8").split("\n") }));
}

function listMethods(): Method[] {
  return readSources().flatMap(({ path, lines }) =>
    listMembers(lines, CLASS, METHOD).map(({ begin, index, ...member }) => {
      const head = lines.slice(begin, index).join(" ").split("{")[0] ?? "";
      const interfaces =
        head
          .split(" implements ")[1]
          ?.replaceAll(/<.*?>/g, "")
          .match(/[A-Z]\w*/g) ?? [];
      return { ...member, place: `${path}:${index + 1}`, interfaces };
    }),
  );
}

describe("a public method", () => {
  const methods = listMethods();
  const members = readSources().flatMap(({ lines }) => listMembers(lines, TYPE, MEMBER));
  const declared = new Set(members.map(({ owner }) => owner));
  const documented = new Set(
    members.flatMap(({ owner, name, isDocumented }) => (isDocumented ? [`${owner}.${name}`] : [])),
  );
  /** A method may leave its docstring to the interface that its class implements. A package documents its own. */
  const isInherited = ({ interfaces, name }: Method) =>
    interfaces.some((one) => !declared.has(one) || documented.has(`${one}.${name}`));

  it("is found", () => expect(methods.length).toBeGreaterThan(500));

  it("has a docstring, or implements a member that has one", () => {
    const bare = methods.filter((method) => !method.isDocumented && !isInherited(method));
    const places = bare.map(({ owner, name, place }) => `${owner}.${name} (${place})`);
    expect(places, "Say what it does: returns, refuses, units.").toEqual([]);
  });
});

describe("an exported name", () => {
  const exported = listExports();

  it("is found", () => expect(exported.length).toBeGreaterThan(500));

  it("means one thing", () => {
    const files = Map.groupBy(exported, ({ name }) => name);
    const twice = [...files].flatMap(([name, places]) =>
      new Set(places.map(({ place }) => place.split(":")[0])).size > 1
        ? [`${name}: ${places.map(({ place }) => place).join(", ")}`]
        : [],
    );
    expect(twice, "Rename one of them: a reader takes them for the same.").toEqual([]);
  });

  it("has a docstring", () => {
    // The type of a schema shares the docstring and the name of the schema.
    const schemas = new Set(exported.flatMap((one) => (one.kind === "const" ? [one.name] : [])));
    const bare = exported.filter(
      ({ above, kind, name }) => !above.endsWith("*/") && !(kind === "type" && schemas.has(name)),
    );
    const places = bare.map(({ name, place }) => `${name} (${place})`);
    expect(places, "Say what it is for: shapes, units, errors.").toEqual([]);
  });
});

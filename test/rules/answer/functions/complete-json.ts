import {
  isSchema,
  resolveReference,
  type Schema,
  typesOf,
} from "../../../../src/answer/functions/schema.ts";
import { compareWhole } from "./compare-whole.ts";

/** The beginning of a value: what is there of it. */
type Begun =
  | { readonly kind: "nothing" }
  | { readonly kind: "whole"; readonly value: unknown }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly unknown[]; readonly last: Begun }
  | {
      readonly kind: "object";
      readonly members: Readonly<Record<string, unknown>>;
      readonly name: string | null;
      readonly last: Begun;
    };

const NOTHING: Begun = { kind: "nothing" };
/** Maximum number of values that are tried for one place of which there is a beginning. */
const TRIED_MAX = 200;
/** Maximum number of schemas on the way to a place. */
const DEPTH_MAX = 30;

/**
 * Finds arguments that match a schema and begin with a text that `JSON.stringify` could have begun; null if there are
 * none among those that are tried.
 */
export function completeJson(root: Schema, beginning: string): string | null {
  const [begun] = readBeginning(beginning, 0);
  for (const value of valuesFor(root, root, begun, DEPTH_MAX)) {
    const json = JSON.stringify(value);
    if (json.startsWith(beginning) && compareWhole(root, json) === null) return json;
  }
  return null;
}

/** Reads the beginning of a value from `at`. Returns it, and the place after it; -1 if it is not whole. */
function readBeginning(json: string, at: number): [Begun, number] {
  switch (json.charAt(at)) {
    case "":
      return [NOTHING, -1];
    case '"':
      return readText(json, at);
    case "[":
      return readList(json, at);
    case "{":
      return readObject(json, at);
    default: {
      const [word = ""] = /^[-+.\w]+/.exec(json.slice(at)) ?? [];
      return [{ kind: "whole", value: JSON.parse(word) }, at + word.length];
    }
  }
}

function readText(json: string, at: number): [Begun, number] {
  const [whole] = /^"(?:[^"\\]|\\.)*"/.exec(json.slice(at)) ?? [];
  if (whole !== undefined) return [{ kind: "whole", value: JSON.parse(whole) }, at + whole.length];
  return [{ kind: "text", text: JSON.parse(`${json.slice(at)}"`) }, -1];
}

function readList(json: string, start: number): [Begun, number] {
  const items: unknown[] = [];
  let at = start + 1;
  while (json.charAt(at) !== "]") {
    if (json.charAt(at) === ",") at += 1;
    const [last, end] = readBeginning(json, at);
    if (end === -1 || last.kind !== "whole") return [{ kind: "list", items, last }, -1];
    items.push(last.value);
    at = end;
  }
  return [{ kind: "whole", value: items }, at + 1];
}

function readObject(json: string, start: number): [Begun, number] {
  const members: Record<string, unknown> = {};
  let at = start + 1;
  while (json.charAt(at) !== "}") {
    if (json.charAt(at) === ",") at += 1;
    if (at >= json.length) return [{ kind: "object", members, name: null, last: NOTHING }, -1];
    const [name, colon] = readText(json, at);
    if (name.kind !== "whole") throw new Error(`${json} ends in a name`);
    const [last, end] = readBeginning(json, colon + 1);
    if (end === -1 || last.kind !== "whole") {
      return [{ kind: "object", members, name: String(name.value), last }, -1];
    }
    members[String(name.value)] = last.value;
    at = end;
  }
  return [{ kind: "whole", value: members }, at + 1];
}

/** Lists values that may match a schema and that begin so: of one that is missing, the first alone. */
function valuesFor(root: Schema, schema: unknown, begun: Begun, depth: number): unknown[] {
  if (begun.kind === "whole") return [begun.value];
  if (!isSchema(schema) || depth < 0) return [];
  const { $ref: reference, anyOf, enum: values, const: only } = schema;
  const found = [
    ...(Array.isArray(values) ? values : []),
    ...(only === undefined ? [] : [only]),
    ...typesOf(schema).flatMap((type) => valuesOfType(root, schema, type, begun, depth)),
  ];
  // The last alternatives lead to an end.
  const others = [
    ...(Array.isArray(anyOf) ? anyOf.toReversed() : []),
    ...(reference === undefined ? [] : [resolveReference(root, reference)]),
  ];
  for (const other of others) {
    if (begun === NOTHING && found.length > 0) break;
    found.push(...valuesFor(root, other, begun, depth - 1));
  }
  return found.slice(0, begun === NOTHING ? 1 : TRIED_MAX);
}

function valuesOfType(
  root: Schema,
  schema: Schema,
  type: string,
  begun: Begun,
  depth: number,
): unknown[] {
  if (type === "object") return objectsFor(root, schema, begun, depth);
  if (type === "array") return listsFor(root, schema, begun, depth);
  if (type === "string" && begun.kind === "text") return [begun.text, `${begun.text}more`];
  if (begun.kind !== "nothing") return [];
  return (SCALARS[type] ?? []).filter((one) => compareWhole(schema, JSON.stringify(one)) === null);
}

const SCALARS: Readonly<Record<string, readonly unknown[]>> = {
  string: ["", "xy", "2026-02-28"],
  number: [0],
  integer: [0],
  boolean: [true],
  null: [null],
};

function listsFor(
  root: Schema,
  { items, minItems = 0 }: Schema,
  begun: Begun,
  depth: number,
): unknown[][] {
  if (begun.kind !== "list" && begun.kind !== "nothing") return [];
  const before = begun.kind === "list" ? begun.items : [];
  const last = begun.kind === "list" ? begun.last : NOTHING;
  const next = valuesFor(root, items, last, depth - 1);
  const [more] = valuesFor(root, items, NOTHING, depth - 1);
  const lists = [
    ...(last.kind === "nothing" ? [before] : []),
    ...next.map((one) => [...before, one]),
  ];
  return lists.map((list) => [
    ...list,
    ...Array.from({ length: Math.max(0, Number(minItems) - list.length) }, () => more),
  ]);
}

function objectsFor(root: Schema, { properties }: Schema, begun: Begun, depth: number): unknown[] {
  if ((begun.kind !== "object" && begun.kind !== "nothing") || !isSchema(properties)) return [];
  const { members, name, last } =
    begun.kind === "object" ? begun : { members: {}, name: null, last: NOTHING };
  let objects: Record<string, unknown>[] = [{ ...members }];
  const left = Object.keys(properties).filter((each) => !Object.hasOwn(members, each));
  const ordered = [
    ...left.filter((each) => each === name),
    ...left.filter((each) => each !== name),
  ];
  for (const each of ordered) {
    const start = each === name ? last : NOTHING;
    const values = valuesFor(root, properties[each], start, depth - 1);
    objects = objects
      .flatMap((object) => values.map((value) => ({ ...object, [each]: value })))
      .slice(0, TRIED_MAX);
  }
  return objects;
}

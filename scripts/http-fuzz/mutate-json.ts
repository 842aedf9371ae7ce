import { isRecord } from "../../src/record.ts";
import type { Dice } from "./dice.ts";
import { type Draft, setJson } from "./draft.ts";

/** A kind of random change that the fuzz makes to a request. */
export type Mutation = {
  readonly name: string;
  /** Changes the request. Returns false if the request has nothing that can be changed in this way. */
  readonly apply: (draft: Draft, dice: Dice) => boolean;
};

/** Values that JSON.stringify cannot write, by the placeholders that stand for them in the text. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  "@@nested arrays 2000": "[".repeat(2_000) + "]".repeat(2_000),
  "@@nested objects 2000": '{"a":'.repeat(2_000) + "1" + "}".repeat(2_000),
  "@@nested arrays 20000": "[".repeat(20_000) + "]".repeat(20_000),
  "@@huge number": "1e400",
  "@@long number": "9".repeat(400),
  "@@minus zero": "-0",
};

const STRINGS: readonly string[] = [
  "",
  " ",
  "\u0000",
  "\ud800",
  "a\udc00b",
  "\u202e\ufeff",
  "__proto__",
  "constructor",
  "toString",
  "../../etc/passwd",
  "%2e%2e%2f",
  "' OR 1=1 --",
  "{{secrets.TOKEN}}",
  "${1+1}",
  "1e309",
  "NaN",
  "auto",
  "file-01k8v3q7cde4f6g8h0jkmnpq",
  "vs_01k8v3q7cde4f6g8h0jkmnpq",
  "x".repeat(300),
  "é".repeat(70_000),
];

const wide = (length: number): unknown[] => Array.from({ length }, (_none, at) => at);

/** Values of every type, for any place. */
const VALUES: readonly (() => unknown)[] = [
  ...[null, true, false, 0, -1, 1, 1.5, 1e308, -1e308, 2 ** 31, 2 ** 53, 2 ** 63].map(
    (value) => () => value,
  ),
  ...STRINGS.map((value) => () => value),
  ...Object.keys(PLACEHOLDERS).map((value) => () => value),
  () => [],
  () => ({}),
  () => [[]],
  () => [null],
  () => [{}],
  () => wide(3_000),
  () => Object.fromEntries(wide(3_000).map((at) => [`k${String(at)}`, at])),
  (): unknown => JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{}}}'),
];

type Place = { readonly parent: Record<string, unknown> | unknown[]; readonly key: string };

/** Lists the places of a JSON value that hold a value. */
function listPlaces(value: unknown): Place[] {
  if (!Array.isArray(value) && !isRecord(value)) return [];
  const parent: Place["parent"] = value;
  return Object.entries(parent).flatMap(([key, inner]) => [{ parent, key }, ...listPlaces(inner)]);
}

const onJson =
  (change: (places: readonly Place[], dice: Dice, root: unknown) => boolean) =>
  (draft: Draft, dice: Dice): boolean => {
    if (draft.json === undefined) return false;
    const root: unknown = structuredClone(draft.json);
    if (!change(listPlaces(root), dice, root)) return false;
    setJson(draft, root);
    fillPlaceholders(draft);
    return true;
  };

function fillPlaceholders(draft: Draft): void {
  let text = draft.body?.toString() ?? "";
  for (const [placeholder, filling] of Object.entries(PLACEHOLDERS)) {
    text = text.replaceAll(JSON.stringify(placeholder), filling);
  }
  draft.body = Buffer.from(text);
}

const INNER = "@@inner";
const DEPTHS = [30, 100, 1_000, 10_000];

/**
 * Nests a member in its own container again and again, as the schema of a filter or of a tool's parameters allows:
 * `{"filters":[X]}` becomes `{"filters":[{"filters":[…X…]}]}`.
 */
function nestInItself(draft: Draft, dice: Dice): boolean {
  if (draft.json === undefined) return false;
  const root: unknown = structuredClone(draft.json);
  const containers = listPlaces(root).filter(
    ({ parent, key }) => listPlaces(Reflect.get(parent, key)).length > 0,
  );
  if (containers.length === 0) return false;
  const { parent, key } = dice.pick(containers);
  const container: unknown = Reflect.get(parent, key);
  const inner = dice.pick(listPlaces(container));
  const innerText = JSON.stringify(Reflect.get(inner.parent, inner.key));
  setOwn(inner.parent, inner.key, INNER);
  const [begin = "", end = ""] = JSON.stringify(container).split(JSON.stringify(INNER));
  const times = dice.pick(DEPTHS.filter((depth) => depth * (begin + end).length < 4_000_000));
  setOwn(parent, key, INNER);
  const text = begin.repeat(times) + innerText + end.repeat(times);
  draft.body = Buffer.from(JSON.stringify(root).replace(JSON.stringify(INNER), () => text));
  draft.json = undefined;
  return true;
}

const setOwn = (parent: Place["parent"], key: string, value: unknown) =>
  Object.defineProperty(parent, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });

/** The kinds of random change to the JSON value of a request's body. */
export const JSON_MUTATIONS: readonly Mutation[] = [
  {
    name: "another value",
    apply: onJson((places, dice) => {
      if (places.length === 0) return false;
      const { parent, key } = dice.pick(places);
      setOwn(parent, key, dice.pick(VALUES)());
      return true;
    }),
  },
  {
    name: "a member less",
    apply: onJson((places, dice) => {
      if (places.length === 0) return false;
      const { parent, key } = dice.pick(places);
      return Array.isArray(parent)
        ? parent.splice(Number(key), 1).length > 0
        : Reflect.deleteProperty(parent, key);
    }),
  },
  {
    name: "a member more",
    apply: onJson((places, dice, root) => {
      const objects = [root, ...places.map(({ parent, key }) => Reflect.get(parent, key))];
      const parent = dice.pick(objects);
      if (!isRecord(parent)) return false;
      setOwn(parent, dice.pick(["unknown", "id", ...STRINGS]), dice.pick(VALUES)());
      return true;
    }),
  },
  {
    name: "many long members more",
    apply: onJson((places, dice, root) => {
      const objects = [root, ...places.map(({ parent, key }) => Reflect.get(parent, key))];
      const parent = dice.pick(objects);
      if (!isRecord(parent)) return false;
      const name = dice.pick(["m", "é"]).repeat(90);
      for (let at = 0; at < 12; at++) setOwn(parent, `${name}${at}`, 1);
      return true;
    }),
  },
  {
    name: "an element twice",
    apply: onJson((places, dice) => {
      const inArrays = places.filter(({ parent }) => Array.isArray(parent));
      if (inArrays.length === 0) return false;
      const { parent, key } = dice.pick(inArrays);
      if (Array.isArray(parent)) parent.push(structuredClone(parent[Number(key)]));
      return true;
    }),
  },
  { name: "nested in itself", apply: nestInItself },
  {
    name: "another root",
    apply: (draft, dice) => {
      if (draft.json === undefined) return false;
      setJson(draft, dice.pick(VALUES)());
      fillPlaceholders(draft);
      return true;
    },
  },
];

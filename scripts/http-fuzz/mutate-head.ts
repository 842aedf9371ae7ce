import type { Dice } from "./dice.ts";
import { type Draft, setHeader } from "./draft.ts";
import type { Mutation } from "./mutate-json.ts";

const TYPES = [
  "",
  "text/plain",
  "application/xml",
  "application/json; charset=utf-16",
  "application/jsonx",
  "application/problem+json",
  "APPLICATION/JSON",
  "multipart/form-data; boundary=x",
  "x".repeat(5_000),
];
const HEADERS: readonly (readonly [string, string])[] = [
  ["idempotency-key", ""],
  ["idempotency-key", "k".repeat(5_000)],
  ["idempotency-key", "a b\u00e9"],
  ["accept", "text/event-stream"],
  ["accept", "image/png"],
  ["accept-encoding", "br;q=nope, gzip"],
  ["range", "bytes=5-1"],
  ["if-none-match", "*"],
  ["if-modified-since", "never"],
  ["x-http-method-override", "DELETE"],
  ["x-request-id", "r".repeat(5_000)],
  ["last-event-id", "1e400"],
  ["content-encoding", "br"],
  ["origin", "null"],
  ["cookie", "a=b; ".repeat(500)],
  ["expect", "100-continue"],
  ["openai-beta", "\u00ff\u00fe"],
];
const SEGMENTS = [
  "..",
  "%2e%2e",
  "%00",
  "%ff%fe",
  "%ZZ",
  "%",
  "a%2Fb",
  "a;b=c",
  "__proto__",
  "constructor",
  "%F0%9F%8C%8D",
  "x".repeat(5_000),
  "-1",
  "null",
  "[object%20Object]",
];
const QUERY_VALUES = [
  "",
  "-1",
  "0",
  "1e9",
  "NaN",
  "1.5",
  "null",
  "true",
  "%ZZ",
  "%ff",
  "%00",
  "a".repeat(10_000),
  "[object%20Object]",
  "file-01k8v3q7cde4f6g8h0jkmnpq",
  "conv_01k8v3q7cde4f6g8h0jkmnpq",
  "99999999999999999999",
  "%ED%A0%80",
];
const QUERY_NAMES = [
  "limit",
  "after",
  "before",
  "order",
  "unknown",
  "__proto__",
  "a[b]",
  "include[]",
  "%ff",
  "",
];

function replaceSegment(draft: Draft, dice: Dice, segment: string): boolean {
  const segments = draft.path.split("/");
  const at = 1 + dice.below(Math.max(1, segments.length - 1));
  segments[at] = segment;
  draft.path = segments.join("/");
  return true;
}

/** The random changes of a request's method, path, query and headers. */
export const HEAD_MUTATIONS: readonly Mutation[] = [
  {
    name: "another method",
    apply: (draft, dice) => {
      draft.method = dice.pick(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
      return true;
    },
  },
  {
    name: "another segment of the path",
    apply: (draft, dice) => replaceSegment(draft, dice, dice.pick(SEGMENTS)),
  },
  {
    name: "another form of the path",
    apply: (draft, dice) => {
      const { path } = draft;
      const forms = [
        `${path}/`,
        `/${path}`,
        path.toUpperCase(),
        `${path}%20`,
        `${path}/../..`,
        `${path}//x`,
      ];
      draft.path = dice.pick(forms);
      return true;
    },
  },
  {
    name: "a parameter of the query",
    apply: (draft, dice) => {
      const names = [...draft.query.map(([name]) => name), ...QUERY_NAMES];
      draft.query.push([dice.pick(names), dice.pick(QUERY_VALUES)]);
      return true;
    },
  },
  {
    name: "a value in the query",
    apply: (draft, dice) => {
      if (draft.query.length === 0) return false;
      dice.pick(draft.query)[1] = dice.pick(QUERY_VALUES);
      return true;
    },
  },
  {
    name: "another content type",
    apply: (draft, dice) => {
      setHeader(draft, "content-type", dice.pick(TYPES));
      return draft.body !== null;
    },
  },
  {
    name: "a header",
    apply: (draft, dice) => {
      const [name, value] = dice.pick(HEADERS);
      draft.headers.push([name, value]);
      return true;
    },
  },
  {
    name: "another key",
    apply: (draft, dice) => {
      const keys = [
        "",
        "Bearer",
        "Bearer sk-ew-none",
        "Basic YTpi",
        "Bearer a b",
        `Bearer ${"k".repeat(5_000)}`,
        "bearer \u00e9",
      ];
      setHeader(draft, "authorization", dice.pick(keys));
      return true;
    },
  },
];

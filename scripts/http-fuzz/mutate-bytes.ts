import { gzipSync } from "node:zlib";

import type { Dice } from "./dice.ts";
import { type Draft, setHeader } from "./draft.ts";
import type { Mutation } from "./mutate-json.ts";

const onBody =
  (change: (body: Buffer, dice: Dice, draft: Draft) => Buffer) =>
  (draft: Draft, dice: Dice): boolean => {
    if (!draft.body) return false;
    draft.body = change(draft.body, dice, draft);
    draft.json = undefined;
    return true;
  };

const splice = (body: Buffer, at: number, bytes: Buffer, dropped = 0): Buffer =>
  Buffer.concat([body.subarray(0, at), bytes, body.subarray(at + dropped)]);

/** Changes of the bytes of any body, and of how they are framed. */
const BODY_MUTATIONS: readonly Mutation[] = [
  {
    name: "invalid UTF-8",
    apply: onBody((body, dice) =>
      splice(body, dice.below(body.length + 1), Buffer.from([0xff, 0xc0, 0x80])),
    ),
  },
  { name: "cut off", apply: onBody((body, dice) => body.subarray(0, dice.below(body.length + 1))) },
  { name: "more after it", apply: onBody((body) => Buffer.concat([body, Buffer.from("]}x")])) },
  {
    name: "a byte changed",
    apply: onBody((body, dice) =>
      splice(body, dice.below(body.length), Buffer.from([dice.below(256)]), 1),
    ),
  },
  {
    name: "a key twice",
    apply: onBody((body) => {
      const text = body.toString();
      const member = /"\w+":(?:"[^"]*"|\d+|true|false|null)/.exec(text)?.[0];
      return Buffer.from(member ? text.replace("{", `{${member},`) : text);
    }),
  },
  { name: "a mark of byte order", apply: onBody((body) => splice(body, 0, Buffer.from("\ufeff"))) },
  { name: "UTF-16", apply: onBody((body) => Buffer.from(body.toString(), "utf16le")) },
  {
    name: "gzip",
    apply: onBody((body, _dice, draft) => {
      setHeader(draft, "content-encoding", "gzip");
      return gzipSync(body);
    }),
  },
  {
    name: "9 MB",
    apply: (draft, dice) => {
      if (!draft.body || !dice.chance(0.05)) return false;
      draft.body = Buffer.concat([draft.body, Buffer.alloc(9 * 1024 * 1024, 32)]);
      return true;
    },
  },
  {
    name: "in chunks",
    apply: (draft) => {
      draft.framing = "chunked";
      return draft.body !== null;
    },
  },
  {
    name: "shorter than its length",
    apply: (draft) => {
      draft.framing = "short";
      draft.isForPlatform = true;
      return draft.body !== null;
    },
  },
  {
    name: "a body where none belongs",
    apply: (draft) => {
      if (draft.body) return false;
      draft.body = Buffer.from('{"a":1}');
      setHeader(draft, "content-type", "application/json");
      return true;
    },
  },
];

const replaceText = (from: RegExp, to: string) =>
  onBody((body) =>
    Buffer.from(
      body.toString("latin1").replace(from, () => to),
      "latin1",
    ),
  );

const inMultipart =
  (apply: Mutation["apply"]): Mutation["apply"] =>
  (draft, dice) =>
    draft.headers.some(([, value]) => value.startsWith("multipart/")) && apply(draft, dice);

const PURPOSE = '--x\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nassistants\r\n';
const nameFile = (name: string) => replaceText(/filename="[^"]*"/, `filename="${name}"`);

/** Changes of a multipart body. */
const MULTIPART_MUTATIONS: readonly Mutation[] = [
  { name: "no end", apply: replaceText(/--x--\r\n/, "") },
  { name: "no parts", apply: onBody(() => Buffer.from("--x--\r\n")) },
  { name: "purpose twice", apply: replaceText(/^/, PURPOSE) },
  { name: "no purpose", apply: replaceText(/--x[^]*?assistants\r\n/, "") },
  { name: "an unknown purpose", apply: replaceText(/assistants/, "__proto__") },
  { name: "a field __proto__", apply: replaceText(/name="purpose"/, 'name="__proto__"') },
  { name: "1,000 fields", apply: replaceText(/^/, PURPOSE.repeat(1_000)) },
  { name: "a long field", apply: replaceText(/assistants/, "a".repeat(100_000)) },
  { name: "no name", apply: replaceText(/; name="file"/, "") },
  { name: "another name", apply: replaceText(/name="file"/, 'name="data"') },
  { name: "a path as file name", apply: nameFile("../../../../etc/passwd") },
  { name: "a long file name", apply: nameFile("a".repeat(10_000)) },
  { name: "control characters in the file name", apply: nameFile("a\u0000\u0007b.md") },
  { name: "an empty file", apply: replaceText(/Employees.*leave\./, "") },
  {
    name: "two files",
    apply: replaceText(
      /--x--/,
      '--x\r\ncontent-disposition: form-data; name="file"; filename="b"\r\n\r\nb\r\n--x--',
    ),
  },
  {
    name: "broken part headers",
    apply: replaceText(/content-disposition: form-data/, "content-disposition form-data;;;=\u0000"),
  },
  {
    name: "long part headers",
    apply: replaceText(/content-type: text\/markdown/, `content-type: ${"a".repeat(100_000)}`),
  },
  {
    name: "an expiry out of range",
    apply: replaceText(
      /name="purpose"\r\n\r\nassistants/,
      'name="expires_after[seconds]"\r\n\r\n1e400',
    ),
  },
  {
    name: "another boundary",
    apply: (draft, dice) => {
      const boundaries = [
        "",
        "; boundary=",
        "; boundary=y",
        `; boundary=${"x".repeat(1_000)}`,
        '; boundary="x',
      ];
      setHeader(draft, "content-type", `multipart/form-data${dice.pick(boundaries)}`);
      return true;
    },
  },
];

/** The random changes of the bytes of a request's body, and of the headers that describe these bytes. */
export const BYTE_MUTATIONS: readonly Mutation[] = [
  ...BODY_MUTATIONS,
  ...MULTIPART_MUTATIONS.map(({ name, apply }) => ({ name, apply: inMultipart(apply) })),
];

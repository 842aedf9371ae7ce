import type { FormatFile } from "../format-file.ts";

const minified = (name: string, value: unknown, text: string): FormatFile => ({
  name,
  source: JSON.stringify(value),
  text,
});
const PROSE =
  "The first sentence is rather long, since it is prose. The second one, which follows it, is too.";
const UNPARSED = "1 line that is not valid JSON or XML, kept as it is";

/** JSON texts and JSON lines, each with the text and the warnings that it must have. */
export const JSON_FILES: readonly FormatFile[] = [
  minified(
    "flat.json",
    { name: "Ada", age: 36, isActive: true },
    "name: Ada\nage: 36\nisActive: true",
  ),
  minified(
    "plans.json",
    {
      currency: "EUR",
      plans: [
        { name: "Basic", price: 9 },
        { name: "Pro", price: 49 },
        { name: "Team", price: 99 },
      ],
      valid: 2026,
    },
    "currency: EUR\n\nplans[0].name: Basic\nplans[0].price: 9\n\nplans[1].name: Pro\nplans[1].price: 49\n\nplans[2].name: Team\nplans[2].price: 99\n\nvalid: 2026",
  ),
  minified(
    "nested.json",
    { server: { host: "a.example", tls: { versions: ["1.2", "1.3"], isOn: false } }, port: 8080 },
    "server.host: a.example\nserver.tls.versions: 1.2, 1.3\nserver.tls.isOn: false\nport: 8080",
  ),
  minified("root-array.json", [{ id: 7 }, { id: 9 }], "[0].id: 7\n\n[1].id: 9"),
  minified("root-values.json", [1, "two", null], "1, two, null"),
  minified("root-word.json", "Only a text.", "Only a text."),
  minified(
    "matrix.json",
    {
      points: [
        [12.5, 41.9],
        [13, 42],
      ],
      names: ["Doe, Jane", "Roe"],
    },
    "points: [12.5, 41.9], [13, 42]\nnames: Doe, Jane; Roe",
  ),
  minified("cube.json", [[[[1, 2], [3]]]], "[0]: [[1, 2], [3]]"),
  minified(
    "empty.json",
    { a: {}, b: [], c: "", d: null, "": 1 },
    'a: {}\nb: []\nc: ""\nd: null\n"": 1',
  ),
  minified(
    "long.json",
    { body: "First.\n\nSecond\tline.", parts: [PROSE, "x"] },
    `body: First. Second line.\nparts[0]: ${PROSE}\nparts[1]: x`,
  ),
  minified("keys.json", { "unit price": 3, "a.b": { "c:d": 4 } }, "unit price: 3\na.b.c:d: 4"),
  {
    name: "numbers.json",
    source: '{"a": 1.50, "b": 12345678901234567890, "c": -1e-7, "d": [0.10, 1E5]}',
    text: "a: 1.50\nb: 12345678901234567890\nc: -1e-7\nd: 0.10, 1E5",
  },
  {
    name: "escapes.json",
    source: String.raw`{"a\u00e9": "\u4e2d\ud83d\ude00 \u0022x\u0022 \\n \/ C:\\dir", "b": "\q"}`,
    text: String.raw`aé: 中😀 "x" \n / C:\dir${"\n"}b: q`,
  },
  {
    name: "settings.json",
    source:
      '{\n  // The port of the server.\n  "port": 80, /* or\n 8080 */\n  "paths": ["/a", "/b",],\n}\n',
    text: "// The port of the server.\nport: 80\n/* or 8080 */\npaths: /a, /b",
  },
  {
    name: "records.jsonl",
    source:
      '{"name":"Ada","address":{"city":"London"},"tags":["a","b"]}\n\n{"name":"Alan","jobs":[{"at":"NPL"},{"at":"Manchester"}]}\n',
    text: "line 1: name: Ada; address.city: London; tags: a, b\nline 3: name: Alan; jobs[0].at: NPL; jobs[1].at: Manchester",
  },
  {
    name: "damaged.ndjson",
    source: '{"a":1}\n{"a":2\nnot JSON\n{"a":4}\n[5,6]\n',
    text: '{"a":1}\n{"a":2\nnot JSON\n{"a":4}\n[5,6]\n'
      .replace('{"a":1}', "line 1: a: 1")
      .replace('{"a":4}', "line 4: a: 4")
      .replace("[5,6]\n", "line 5: 5, 6"),
    warnings: ["2 lines that are not valid JSON or XML, kept as they are"],
  },
  { name: "windows.jsonl", source: '{"a":1}\r\n{"a":2}\r\n', text: "line 1: a: 1\nline 2: a: 2" },
  { name: "cut.json", source: '{"a":[1,2', text: '{"a":[1,2', warnings: [UNPARSED] },
  { name: "comma.json", source: '{"a" 1}', text: '{"a" 1}', warnings: [UNPARSED] },
  { name: "crossed.json", source: '{"a":[1}]', text: '{"a":[1}]', warnings: [UNPARSED] },
  { name: "after.json", source: '{"a":1} x', text: '{"a":1} x', warnings: [UNPARSED] },
  { name: "gap.json", source: "[1,,2]", text: "[1,,2]", warnings: [UNPARSED] },
  {
    name: "map.geojson",
    source: '{"features":[{"geometry":{"type":"Point","coordinates":[1.5,2]}}]}',
    text: "features[0].geometry.type: Point\nfeatures[0].geometry.coordinates: 1.5, 2",
  },
  minified(
    "deep.json",
    { a: { "b.c": { "d e": [{ f: [[1, [2, 3]], []] }, null] } }, "user.name": "Ada" },
    "a.b.c.d e[0].f: [1, [2, 3]], []\n\na.b.c.d e[1]: null\nuser.name: Ada",
  ),
  {
    name: "odd-values.json",
    source:
      '\ufeff{"a":1,"a":2,"t":"9\\u00a0000\\u2003EUR\\u0000","n":"x: y; z","big":1e400,"neg":-0}',
    text: "a: 1\na: 2\nt: 9 000 EUR\nn: x: y; z\nbig: 1e400\nneg: -0",
  },
  {
    name: "mixed.jsonl",
    source: '[1,2]\n{"x":{"y.z":[[1],[2]]}}\n"text"\n42\nnull\n',
    text: "line 1: 1, 2\nline 2: x.y.z: [1], [2]\nline 3: text\nline 4: 42\nline 5: null",
  },
];

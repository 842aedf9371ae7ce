import type { Step } from "./model-step.ts";

/** The parts of the scene that these scripts read. */
type Scene = {
  readonly question: string;
  readonly tools: readonly string[];
  readonly asked: number;
};

/** A call whose arguments arrive in these pieces. */
const call = (index: number, name: string | undefined, pieces: readonly string[]): Step[] => [
  {
    delta: {
      tool_calls: [
        { index, id: `call_${index}`, function: { name: name ?? "none", arguments: "" } },
      ],
    },
  },
  ...pieces.map((piece): Step => ({
    delta: { tool_calls: [{ index, function: { arguments: piece } }] },
  })),
];
const end: Step = { finish: "tool_calls" };
const BAD = ['{"note": "r', 'é", "co', 'unt": "two"}'];

/**
 * Scripts of models that call strict functions, which take the text `note` and the number `count`, by name. A scripted
 * model follows the script that its question names.
 */
export const STRICT_SCRIPTS: Record<string, (scene: Scene) => Step[]> = {
  /** Holds the rest of a call back until a reader of the beginning opens the gate, which is the question. */
  "strict-gated": ({ question: gate, tools: [first] }) => [
    ...call(0, first, ['{"note":"on', "e "]),
    { gate },
    { delta: { tool_calls: [{ index: 0, function: { arguments: 'two","count":2}' } }] } },
    end,
  ],
  /** Makes two calls, and holds the end of the second back. */
  "strict-gated-second": ({ question: gate, tools: [first, second = first] }) => [
    ...call(0, first, ['{"note":"one","count":1}']),
    ...call(1, second, ['{"note":"t']),
    { gate },
    { delta: { tool_calls: [{ index: 1, function: { arguments: 'wo","count":2}' } }] } },
    end,
  ],
  /** The number is a text. When asked again, the model writes a number, and the rest in another spelling. */
  "strict-continues": ({ tools: [first], asked }) => [
    ...call(0, first, asked === 0 ? BAD : ['{"note":"r\\u00e9","count":', "2}"]),
    end,
  ],
  /** When asked again, the model at first changes also what was right. */
  "strict-continues-late": ({ tools: [first], asked }) => [
    ...call(0, first, asked === 0 ? BAD : [`{"note":"${asked === 1 ? "mi" : "ré"}","count":2}`]),
    end,
  ],
  /** When asked again, the model always changes what was right. */
  "strict-differs": ({ tools: [first], asked }) => [
    ...call(0, first, asked === 0 ? BAD : ['{"note":"mi","count":2}']),
    end,
  ],
  /** When asked again, the model writes a text. */
  "strict-gives-up": ({ tools: [first], asked }) =>
    asked === 0 ? [...call(0, first, BAD), end] : [{ text: "Never mind." }, { finish: "stop" }],
  /** The first of two calls is bad. When asked again, the model makes both, the good one first. */
  "strict-first-badly": ({ tools: [first, second = first], asked }) =>
    asked === 0
      ? [...call(0, first, BAD), ...call(1, second, ['{"note":"so","count":3}']), end]
      : [
          ...call(0, second, ['{"note":"so","count":3}']),
          ...call(1, first, ['{"note":"ré","count":2}']),
          end,
        ],
  /** The second of two calls of one function is bad. When asked again, the model makes both. */
  "strict-second-badly": ({ tools: [first], asked }) => [
    ...call(0, first, ['{"note":"ré","count":1}']),
    ...call(1, first, asked === 0 ? BAD : ['{"note":"ré","count":2}']),
    end,
  ],
  /** The call stops in the middle, since the model has reached its limit. */
  "strict-cut": ({ tools: [first] }) => [...call(0, first, BAD.slice(0, 2)), { finish: "length" }],
  /** The first attempt breaks off before anything of a call is settled. */
  "strict-breaks-early-once": ({ tools: [first], asked }) =>
    asked === 0
      ? [...call(0, first, ['{"note":']), { waitMs: 50 }, { disconnect: true }]
      : [...call(0, first, ['{"note":"one', '","count":2}']), end],
  /** The text before the call has a stop sequence, in a sentence that has not ended. */
  "strict-after-stop": ({ tools: [first] }) => [
    { text: "I order it STOP and wait" },
    ...call(0, first, ['{"note":"one', '","count":2}']),
    end,
  ],
  "strict-then-talks": ({ tools: [first] }) => [
    ...call(0, first, ['{"note":"one","count":2}']),
    { text: "I have ordered it. STOP I think." },
    end,
  ],
  /** The first attempt stalls in the middle of a call; the second one makes the same call. */
  "strict-pauses-once": ({ tools: [first], asked }) => [
    ...call(0, first, ['{"note":"on', ...(asked === 0 ? [] : ['e","count":2}'])]),
    ...(asked === 0 ? [{ waitMs: 600_000 }] : []),
    end,
  ],
  /** The first attempt stalls in the middle of a call; the second one makes another call. */
  "strict-wavers-once": ({ tools: [first], asked }) => [
    ...call(0, first, asked === 0 ? ['{"note":"on'] : ['{"note":"two","count":2}']),
    ...(asked === 0 ? [{ waitMs: 600_000 }] : []),
    end,
  ],
};

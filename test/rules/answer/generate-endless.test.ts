import { describe, it } from "vitest";

import type { AnswerModel, ModelPart } from "../../../src/answer/answer-model.ts";
import { ANSWER_BYTES_MAX } from "../../../src/bounds.ts";
import { answer, asked, finding, lastEvent, strictFunction } from "./generate-cases.ts";

const DELTA = "x".repeat(16_384);
/** More than is ever read. */
const CHARACTERS = 60_000_000;

/** What an endless model may write. The arguments of a strict function wait, so that none of them is in the answer. */
const PARTS: readonly (readonly [string, ModelPart | null, ModelPart, number])[] = [
  ["text", null, { type: "text-delta", id: "1", delta: DELTA }, ANSWER_BYTES_MAX],
  ["words by which it declines", null, { type: "refusal", text: DELTA }, ANSWER_BYTES_MAX],
  [
    "arguments that wait for their check",
    { type: "tool-input-start", id: "1", toolName: "order" },
    { type: "tool-input-delta", id: "1", delta: DELTA },
    ANSWER_BYTES_MAX,
  ],
  ["reasoning", null, { type: "reasoning-delta", id: "1", delta: DELTA }, 4 * ANSWER_BYTES_MAX],
];

describe("a model that writes without an end", () => {
  it.for(PARTS)(
    "is not read further than an answer may be long: %s",
    async ([, first, part, max], { expect }) => {
      let written = 0;
      const model: AnswerModel = {
        name: "endless",
        builtIn: false,
        stream: async function* () {
          if (first) yield first;
          for (; written < CHARACTERS; written += DELTA.length) yield part;
        },
      };
      const { deps } = finding([], [model]);
      const functions = [strictFunction("order")];
      const events = await answer(
        deps,
        asked("Why?", { model: "endless", functions, fileSearch: null }),
      );

      expect(written).toBeLessThan(max + 2 * DELTA.length);
      expect(lastEvent(events).incompleteReason).toBe("max_output_tokens");
    },
  );
});

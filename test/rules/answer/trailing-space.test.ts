import { describe, it } from "vitest";

import type { AnswerModel, ModelPart } from "../../../src/answer/answer-model.ts";
import type { AnswerEvent } from "../../../src/answer/answer-request.ts";
import {
  answer,
  asked,
  finding,
  joinText,
  RETURNS,
  WARRANTY,
  strictFunction,
} from "./generate-cases.ts";

/** A model that gives these replies, one a call. */
function replying(...replies: readonly (readonly ModelPart[])[]): AnswerModel {
  let calls = 0;
  return {
    name: "replying",
    builtIn: false,
    stream: async function* () {
      yield* replies[calls] ?? [];
      calls += 1;
    },
  };
}

const deltas = (...texts: readonly string[]): ModelPart[] =>
  texts.map((delta) => ({ type: "text-delta", id: "0", delta }));
const search = (queries: string): ModelPart => ({
  type: "tool-call",
  toolCallId: "call_1",
  toolName: "file_search",
  input: JSON.stringify({ queries: [queries] }),
});
const call = (input: string): ModelPart => ({
  type: "tool-call",
  toolCallId: "call_2",
  toolName: "look_up",
  input,
});
const PLAIN = { model: "replying", fileSearch: null } as const;
const FUNCTION = strictFunction("look_up");

/** The text of each message: a search or a call ends one. */
function listMessages(events: readonly AnswerEvent[]): string[] {
  const messages = [""];
  for (const event of events) {
    if (event.type === "text") messages.push((messages.pop() ?? "") + event.text);
    if (event.type === "search_started" || event.type === "function_call") messages.push("");
  }
  return messages.filter((text) => text !== "");
}

describe("the text of an answer", () => {
  it("does not end in white space, and keeps that within, in deltas of any size", async ({
    expect,
  }) => {
    const text = "First line.\n\nSecond  line. \u00a0\n";
    for (let size = 1; size <= text.length; size++) {
      const parts = Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
        text.slice(at * size, (at + 1) * size),
      );
      for (const release of ["sentence", "verified"] as const) {
        const { deps } = finding([], [replying(deltas(...parts))]);
        const events = await answer(deps, asked("?", { ...PLAIN, release }));
        const said = joinText(events);
        expect({ size, release, said }).toEqual({
          size,
          release,
          said: "First line.\n\nSecond  line.",
        });
        expect(events.every((event) => event.type !== "text" || !/\s$/.test(event.text))).toBe(
          true,
        );
      }
    }
  });

  it("does not end in white space by the built-in model, whose sentences are apart", async ({
    expect,
  }) => {
    const { deps } = finding([WARRANTY, RETURNS]);
    const events = await answer(deps, asked("How long is the warranty, and what is covered?"));
    expect(joinText(events)).toMatch(/\S [A-Z].*[^\s]$/);
  });

  it("moves white space before a search to the text after it, since clients join the texts", async ({
    expect,
  }) => {
    const model = replying(
      [...deltas("Let me look. \n"), search("warranty")],
      deltas("The warranty of the kettle lasts two years. [1] "),
    );
    const { deps } = finding([WARRANTY], [model]);
    const events = await answer(deps, asked("How long?", { model: "replying" }));
    expect(listMessages(events)).toEqual([
      "Let me look.",
      " \nThe warranty of the kettle lasts two years.",
    ]);
  });

  it("keeps the white space between two calls of the model that continue one message", async ({
    expect,
  }) => {
    const model = replying(
      [...deltas("I look it up. "), call('{"id":7}')],
      [...deltas("Once more.\n"), call('{"id":"7"}')],
    );
    const { deps } = finding([], [model]);
    const request = asked("?", { ...PLAIN, functions: [FUNCTION] });
    expect(listMessages(await answer(deps, request))).toEqual(["I look it up. Once more."]);
  });

  it("says that there is none if a model writes white space only", async ({ expect }) => {
    const { deps } = finding([], [replying(deltas(" ", "\n"))]);
    const { fileSearch } = asked("");
    const ofStores = await answer(deps, asked("Why?", { ...PLAIN, fileSearch }));
    const ofNothing = await answer(deps, asked("Why?", PLAIN));

    expect(joinText(ofStores)).toBe("The sources do not support an answer to this question.");
    expect(joinText(ofNothing)).toBe("The model gave no answer.");
  });

  it("has no white space after the words by which a model declines", async ({ expect }) => {
    const { deps } = finding([], [replying([{ type: "refusal", text: "I cannot. \n" }])]);
    const events = await answer(deps, asked("?", PLAIN));
    expect(events.find((event) => event.type === "refusal")).toEqual({
      type: "refusal",
      text: "I cannot.",
    });
  });

  it("begins again without the white space of an attempt that was restarted", async ({
    expect,
  }) => {
    const model = replying([...deltas("A.  "), { type: "restarted" }, ...deltas("B. C. ")]);
    const { deps } = finding([], [model]);
    const events = await answer(deps, asked("?", { ...PLAIN, release: "verified" }));
    expect(joinText(events)).toBe("B. C.");
  });
});

import { describe, it } from "vitest";

import { SocketErrorBody } from "../../../src/http/socket/error-event.ts";
import { checkByOpenAi, checkByOpenResponses } from "../../official/both-descriptions.ts";
import { useScriptedModel } from "../conversation/answering-project.ts";
import { createLibrary } from "../conversation/library.ts";
import { readOfficial } from "../official-description.ts";
import { openSocket } from "../sockets/socket.ts";

const openAi = await readOfficial("openai/openapi-subset.json");
const open = await readOfficial("openresponses/openapi.json");

const MODEL = "on-checked-sockets";

describe.runIf(openAi !== null && open !== null)("the events of a socket", () => {
  it("are as both published descriptions say", async ({ expect }) => {
    const check = checkByOpenAi(openAi ?? "");
    const checkOpen = checkByOpenResponses(open ?? "");
    const { ask, client, ...project } = await createLibrary();
    useScriptedModel(MODEL);
    const socket = await openSocket({ client, ...project });
    const tools = [
      ...ask.tools,
      { type: "function", name: "find", parameters: { type: "object" }, strict: false },
    ];
    const input = "When does the harbour open?";
    const messages = [
      { model: "extractive-1", input, tools: ask.tools, include: ["file_search_call.results"] },
      { model: MODEL, input: "Where is it? #calls-function", tools, store: false },
      { model: MODEL, input: "Hm? #refuses" },
      { model: MODEL, input: "Hm? #cut" },
      { model: MODEL, input: "Hm? #refuses-request" },
      { model: "extractive-1", input, generate: false },
      { model: "extractive-1", input, stream_id: "other" },
      { model: "extractive-1", input, conversation: "conv_none" },
      { model: "extractive-1", input, previous_response_id: "resp_none" },
      { model: "none", input },
      { inputs: [] },
    ];
    for (const message of messages) await socket.turn({ type: "response.create", ...message });
    await socket.turn("{");

    const faults = socket.frames.flatMap((frame) => {
      const isError = frame.type === "error";
      const found = [
        ...check(isError ? "ResponseErrorEvent" : frame.type, frame),
        ...checkOpen(isError ? "WebSocketErrorEvent" : frame.type, frame),
        ...(isError ? (SocketErrorBody.safeParse(frame).error?.issues ?? []) : []).map(String),
      ];
      return found.map((fault) => `${frame.type} ${fault}`);
    });
    expect(faults).toEqual([]);
    const types = new Set(socket.frames.map(({ type }) => type));
    expect([...types]).toEqual(
      expect.arrayContaining([
        "response.completed",
        "response.failed",
        "response.incomplete",
        "response.function_call_arguments.done",
        "response.refusal.done",
        "error",
      ]),
    );
  });
});

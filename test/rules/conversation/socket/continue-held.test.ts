import { describe, it } from "vitest";

import { packItems } from "../../../../src/conversation/compaction.ts";
import { toItem } from "../../../../src/conversation/input-item.ts";
import { CreateResponseBody } from "../../../../src/conversation/response-request.ts";
import { continueHeld } from "../../../../src/conversation/socket/continue-held.ts";
import type { HeldResponses } from "../../../../src/conversation/socket/socket-client.ts";

const call = { type: "function_call" as const, call_id: "call_1", name: "find", arguments: "{}" };
const output = { type: "function_call_output" as const, call_id: "call_1", output: "7" };
const reference = { type: "item_reference", id: "fc_1" };

/** Holds one response, `resp_a`, whose items are these. */
function hold(...items: Parameters<typeof toItem>[0][]): HeldResponses {
  const packed = packItems(items.map((item) => toItem(item, () => "key")));
  if (!packed.ok) throw new Error(packed.error.message);
  return {
    find: (id) => (id === "resp_a" ? packed.value : null),
    keep: () => {},
    forget: () => {},
  };
}

const continued = (input: unknown, held: HeldResponses, more: object = {}) =>
  continueHeld(held, CreateResponseBody.parse({ input, previous_response_id: "resp_a", ...more }));

describe("a request that continues a held response", () => {
  it("has its items before the input, and no previous response", ({ expect }) => {
    const result = continued("Hm?", hold(call));
    expect(result).toMatchObject({
      ok: true,
      value: {
        previous_response_id: null,
        input: [{ type: "compaction" }, { type: "message", role: "user", content: "Hm?" }],
      },
    });
  });

  it("is left alone when the response is not held, or a conversation is named", ({ expect }) => {
    expect(continued("Hm?", hold(call), { previous_response_id: "resp_b" })).toBeNull();
    expect(continued("Hm?", hold(call), { previous_response_id: null })).toBeNull();
    expect(continued("Hm?", hold(call), { conversation: "conv_a" })).toBeNull();
  });

  it("may have the output of a call that the held items or the input have", ({ expect }) => {
    expect(continued([output], hold(call))?.ok).toBe(true);
    expect(continued([call, output], hold())?.ok).toBe(true);
    expect(continued([reference, output], hold())?.ok).toBe(true);
  });

  it("is refused with the output of a call that is nowhere before it", ({ expect }) => {
    for (const [input, param] of [
      [[output], "input[0].call_id"],
      [[output, call], "input[0].call_id"],
      [[call, output, { ...output, call_id: "call_2" }], "input[2].call_id"],
    ] as const) {
      expect(continued(input, hold())).toMatchObject({ ok: false, error: { param } });
    }
  });
});

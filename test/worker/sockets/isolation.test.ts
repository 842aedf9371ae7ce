import { describe, it } from "vitest";

import { newId, newKey, newResponseId } from "../../../src/ids.ts";
import { createLibrary } from "../conversation/library.ts";
import { createProject } from "../project.ts";
import { openSocket } from "./socket.ts";

const ASK = { model: "extractive-1", input: "Why is the sky blue?" };

const search = (id: string) => ({ tools: [{ type: "file_search", vector_store_ids: [id] }] });
const refer = (id: string) => ({ input: [{ type: "item_reference", id }] });

describe("another project's id in a message", () => {
  it("is answered like a missing one", async ({ expect }) => {
    const { client, ask, store } = await createLibrary();
    const conversation = await client.conversations.create();
    const response = await client.responses.create({ ...ask, input: "When does it open?" });
    const item = response.output.at(-1)?.id ?? "";
    const socket = await openSocket(await createProject());
    const unknownItem = `msg_${newKey()}${newKey()}`;

    for (const [foreign, missing, ids] of [
      [{ conversation: conversation.id }, { conversation: newId("conv_") }, [conversation.id]],
      [
        { previous_response_id: response.id },
        { previous_response_id: newResponseId(newKey()) },
        [response.id],
      ],
      [search(store.id), search(newId("vs_")), [store.id]],
      [refer(item), refer(unknownItem), [item]],
    ] as const) {
      const refused = await socket.create({ ...ASK, ...foreign });
      const unknown = await socket.create({ ...ASK, ...missing });
      const text = JSON.stringify(refused).replaceAll(/\b[a-z]+_[a-z0-9]{24,}\b/g, "ID");

      expect(refused).toMatchObject({ type: "error" });
      expect(JSON.stringify(refused)).toContain(ids[0]);
      expect(text).toBe(JSON.stringify(unknown).replaceAll(/\b[a-z]+_[a-z0-9]{24,}\b/g, "ID"));
    }
  });
});

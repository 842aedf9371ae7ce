import { runInDurableObject } from "cloudflare:test";
import { describe, it } from "vitest";
import { z } from "zod";

import { openConversationStub } from "./answering-project.ts";
import { collect } from "./collect.ts";
import { createLibrary } from "./library.ts";

const INCLUDE: object = { include: ["edgewise.grounding"] };
const Grounded = z.object({ grounding: z.record(z.string(), z.unknown()) });

describe("a response of the build before removals were listed", () => {
  it("is shown as it was stored, replayed and continued", async ({ expect }) => {
    const library = await createLibrary();
    const { client, tools } = library;
    const input = "When does the harbour open?";
    const body = { model: "extractive-1", input, tools, ...INCLUDE };
    const { id, output_text: said } = await client.responses.create(body);
    await runInDurableObject(openConversationStub(library, id), (_object, { storage: { sql } }) => {
      const { rowsWritten } = sql.exec(
        `UPDATE response SET request = json_remove(request, '$.evidencePolicy'), settled = json_remove(settled,
         '$.outcome.grounding.removals', '$.outcome.grounding.sentencesWithheld')
         WHERE settled LIKE '%"removals"%' AND settled LIKE '%"sentencesWithheld"%' AND request LIKE '%evidencePolicy%'`,
      );
      expect(rowsWritten).toBeGreaterThan(0);
    });
    const stored = await client.responses.retrieve(id, INCLUDE);
    const replayed = await collect(
      await client.responses.retrieve(id, { stream: true, ...INCLUDE }),
    );
    const next = await client.responses.create({ ...body, previous_response_id: id });

    const old = {
      status: "grounded",
      confidence: expect.any(Number),
      citations_verified: 2,
      citations_removed: 0,
    };
    expect(stored.output_text).toBe(said);
    expect(Grounded.parse(stored).grounding).toEqual(old);
    expect(replayed.at(-1)).toMatchObject({ type: "response.completed" });
    expect(Grounded.parse(next).grounding).toMatchObject({ removals: [], sentences_withheld: 0 });
  });
});

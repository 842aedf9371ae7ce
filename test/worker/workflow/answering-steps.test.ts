import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import type { StepContext } from "../../../src/kernel/rules/step-handler.ts";
import type { Scope } from "../../../src/knowledge/scope.ts";
import { answeringStepsFor } from "../../../src/wiring/steps/answering-steps.ts";
import { createLibrary } from "../conversation/library.ts";
import { createProject } from "../project.ts";

const QUESTION = "How much is the mooring fee?";

/** Returns a function that runs a project's steps by type, with JSON as input and output. */
function createRunner(scope: Scope) {
  const handlers = answeringStepsFor(env, scope, () => true);
  return async (use: string, given: unknown) => {
    const handler = handlers[use];
    if (handler?.kind !== "local") throw new Error(`${use} is not a local handler`);
    const context: StepContext = {
      runId: "run_1",
      step: use,
      attempt: 1,
      input: null,
      with: given,
      outputs: {},
      idempotencyKey: `run_1:${use}`,
      signal: new AbortController().signal,
      deadline: Date.now() + 10_000,
    };
    return JSON.parse(JSON.stringify(await handler.run(context)));
  };
}

describe("the step types that answer, on real stores", () => {
  it("lead from a question to a verified answer that keeps the rules", async ({ expect }) => {
    const { scope, store } = await createLibrary();
    const run = createRunner(scope);
    const rules = [{ id: "d", kind: "required_text", text: "Fees may change." }];

    const found = await run("retrieve@1", { query: QUESTION, vector_store_ids: [store.id] });
    const { passages } = await run("rerank@1", { question: QUESTION, passages: found.passages });
    const answer = await run("generate@1", { question: QUESTION, passages });
    const { text, citations } = answer;
    const checked = await run("verify@1", { text, citations, passages });
    const { violations } = await run("rules@1", { text, rules });
    const mended = await run("repair@1", { text, citations, rules, violations });

    expect(found.confidence).toBeGreaterThan(0);
    expect(text).toContain("The mooring fee is 30 euros a night.");
    expect(answer).toMatchObject({ model: "extractive-1", grounding: { status: "grounded" } });
    expect(checked).toMatchObject({ verified: true, status: "grounded" });
    expect(mended).toMatchObject({ text: `${text}\n\nFees may change.`, citations, ok: true });
  });

  it("do not distinguish another project's store from a missing one", async ({ expect }) => {
    const { store } = await createLibrary();
    const run = createRunner((await createProject()).scope);
    const given = { query: QUESTION, vector_store_ids: [store.id] };

    await expect(run("retrieve@1", given)).rejects.toThrow(
      `No vector store found with id '${store.id}'.`,
    );
  });
});

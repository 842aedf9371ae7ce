import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { circuitBreaker, readCircuit } from "../../../src/platform/models/circuit-breakers.ts";
import { readBreakers } from "../../../src/platform/models/language-models.ts";
import { createProject } from "../project.ts";

const read = async () => await readCircuit(env.CIRCUIT_BREAKERS, "llm.test", "seen/größe:7b");

describe("the state of a circuit breaker", () => {
  it("shows recent calls while it is closed, and when it opens, until when", async ({ expect }) => {
    const breaker = circuitBreaker(env.CIRCUIT_BREAKERS, "llm.test", "seen/größe:7b");
    expect(await read()).toEqual({ phase: "closed", until: null, calls: 0, bad: 0 });
    for (const outcome of ["success", "slow", "ignored"] as const) {
      const { permit } = await breaker.admit();
      if (permit) await breaker.settle(permit, outcome, null);
    }
    expect(await read()).toEqual({ phase: "closed", until: null, calls: 2, bad: 1 });
    for (let call = 0; call < 5; call++) {
      const { permit } = await breaker.admit();
      if (permit) await breaker.settle(permit, "hard_failure", null);
    }
    expect(await read()).toMatchObject({ phase: "open", until: expect.any(Number) });
    // To look changes nothing: the circuit is still open.
    expect((await breaker.admit()).permit).toBeNull();
  });

  it("is listed for each model that is called over the network", async ({ expect }) => {
    const settings = { LLM_BASE_URL: "https://llm.test/v1", LLM_MODEL: "listed-1" };
    const models: Env = Object.assign({ ...env }, settings);
    expect(await readBreakers(models)).toEqual([
      {
        id: "listed-1",
        ownedBy: "llm.test",
        use: "answering",
        circuit: { phase: "closed", until: null, calls: 0, bad: 0 },
      },
    ]);
  });

  it("is part of the API, where built-in models have none", async ({ expect }) => {
    const { fetch } = await createProject();
    const response = await fetch("/circuit_breakers");
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ object: "list", data: expect.any(Array) });
  });
});

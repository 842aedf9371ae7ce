import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { circuitBreaker } from "../../../src/platform/models/circuit-breakers.ts";
import type { CircuitBreaker } from "../../../src/platform/models/guarded-call.ts";

async function failFiveTimes(breaker: CircuitBreaker) {
  for (let call = 0; call < 5; call++) {
    const { permit } = await breaker.admit();
    if (permit) await breaker.settle(permit, "hard_failure", null);
  }
}

describe("the circuit breaker object", () => {
  it("stays open after the object was evicted", async ({ expect }) => {
    const breaker = circuitBreaker(env.CIRCUIT_BREAKERS, "llm.test", "evicted");
    await failFiveTimes(breaker);
    await evictDurableObject(env.CIRCUIT_BREAKERS.getByName("llm.test%3Aevicted"));

    const { permit, retryAfterMs } = await breaker.admit();
    expect(permit).toBeNull();
    expect(retryAfterMs).toBeGreaterThan(4_000);
    expect(retryAfterMs).toBeLessThanOrEqual(12_000);
  });

  it("is separate for each provider and model, with any name", async ({ expect }) => {
    await failFiveTimes(circuitBreaker(env.CIRCUIT_BREAKERS, "llm.test", "模型/größe:7b"));

    const same = circuitBreaker(env.CIRCUIT_BREAKERS, "llm.test", "模型/größe:7b");
    const other = circuitBreaker(env.CIRCUIT_BREAKERS, "llm.test", "模型/größe:8b");
    expect((await same.admit()).permit).toBeNull();
    expect((await other.admit()).permit).not.toBeNull();
  });

  it("counts calls that end at the same time", async ({ expect }) => {
    const breaker = circuitBreaker(env.CIRCUIT_BREAKERS, "llm.test", "together");
    const admitted = await Promise.all(Array.from({ length: 20 }, () => breaker.admit()));
    await Promise.all(
      admitted.map(async ({ permit }, index) => {
        if (permit) await breaker.settle(permit, index % 2 === 0 ? "success" : "slow", null);
      }),
    );

    expect((await breaker.admit()).permit).toBeNull();
  });
});

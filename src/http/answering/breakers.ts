import { z } from "zod";

import type { ModelNames } from "../../model-names.ts";
import { ok } from "../../result.ts";
import { listData, objectType } from "../fields.ts";
import { COMPONENTS } from "../route/components.ts";
import { routesWith } from "../route/route.ts";

/** The state of the circuit breaker of a model. Times are in milliseconds since the epoch. */
type Breaker = {
  readonly id: string;
  readonly ownedBy: string;
  readonly use: keyof ModelNames;
  /** Null while the breaker does not answer. */
  readonly circuit: {
    readonly phase: "closed" | "open" | "half_open";
    readonly until: number | null;
    readonly calls: number;
    readonly bad: number;
  } | null;
};

/** The dependency of the route of circuit breakers. */
export type BreakerDeps = { breakers(): Promise<readonly Breaker[]> };

const BreakerBody = z
  .strictObject({
    object: objectType("circuit_breaker"),
    model: z.string().describe("Name of the model."),
    provider: z
      .string()
      .describe("Provider of the model: the host of its server, or `workers-ai`."),
    used_for: z.enum(["answers", "embeddings"]).describe("Use of the model."),
    state: z
      .enum(["closed", "open", "half_open", "unknown"])
      .describe(
        "`closed`: the model is called. `open`: it is not called, since it failed. `half_open`: a few calls try whether it is back. `unknown`: the breaker does not answer, and the model is called.",
      ),
    retry_at: z
      .number()
      .nullable()
      .describe(
        "Time from which on calls are tried again, in Unix seconds with milliseconds; null unless it is `open`.",
      ),
    recent_calls: z
      .number()
      .int()
      .describe("Calls of the last 30 s that count; 0 unless it is `closed`."),
    recent_failures: z.number().int().describe("Calls of these that failed or were slow."),
  })
  .register(COMPONENTS, { id: "CircuitBreaker" });

const BreakerListBody = z.strictObject({
  object: objectType("list"),
  data: listData(BreakerBody),
});

const USES = { answering: "answers", embedding: "embeddings" } as const;

const breakerBody = ({ id, ownedBy, use, circuit }: Breaker): z.input<typeof BreakerBody> => ({
  object: "circuit_breaker",
  model: id,
  provider: ownedBy,
  used_for: USES[use],
  state: circuit?.phase ?? "unknown",
  retry_at: circuit?.until ? circuit.until / 1000 : null,
  recent_calls: circuit?.calls ?? 0,
  recent_failures: circuit?.bad ?? 0,
});

const EXAMPLE = breakerBody({
  id: "qwen3",
  ownedBy: "llm.example.com",
  use: "answering",
  circuit: { phase: "open", until: 1_795_000_012_500, calls: 0, bad: 0 },
});

const route = routesWith<BreakerDeps>();

/** The route that lists the circuit breakers of the deployment's models, an extension by Edgewise. */
export const breakerRoutes = [
  route(
    {
      access: "project",
      tag: "Models",
      ours: true,
      method: "GET",
      path: "/v1/circuit_breakers",
      summary: "List circuit breakers",
      watched: true,
      description:
        "The models that are called over the network, each with the breaker that all projects share. While it is open, the next model answers. Built-in models have none. There are no pages.",
      response: BreakerListBody,
      example: { response: { object: "list", data: [EXAMPLE] } },
    },
    async ({ deps }) =>
      ok({ object: "list" as const, data: (await deps.breakers()).map(breakerBody) }),
  ),
];

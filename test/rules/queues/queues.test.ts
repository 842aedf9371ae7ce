import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, it } from "vitest";
import { unstable_readConfig } from "wrangler";

const ROOT = join(import.meta.dirname, "../../..");
const RECORDED = join(import.meta.dirname, "../schemas.json");

type Consumer = { readonly queue: string; readonly dead_letter_queue?: string | undefined };

const consumersIn = (env?: string): readonly Consumer[] =>
  unstable_readConfig({
    config: join(ROOT, "wrangler.toml"),
    ...(env !== undefined && { env }),
  }).queues.consumers ?? [];

const producersIn = (env?: string): ReadonlySet<string> => {
  const producers: readonly { readonly queue: string }[] =
    unstable_readConfig({
      config: join(ROOT, "wrangler.toml"),
      ...(env !== undefined && { env }),
    }).queues.producers ?? [];
  return new Set(producers.map(({ queue }) => queue));
};

const isOfDeadLetters = (queue: string) => queue.endsWith("-dlq");
const has = (path: string, pattern: RegExp) =>
  existsSync(join(ROOT, path)) && pattern.test(readFileSync(join(ROOT, path), "utf8"));

/** The advice about the queues of an environment of wrangler.toml. */
function missing(consumers: readonly Consumer[]): string[] {
  const consumed = new Set(consumers.map(({ queue }) => queue));
  const known = Object.keys(JSON.parse(readFileSync(RECORDED, "utf8")).shapes);
  return consumers.flatMap(({ queue, dead_letter_queue: deadLetters }) => {
    if (isOfDeadLetters(queue)) return [];
    // The lanes of one kind of work share a consumer.
    const name = queue.replace(/^edgewise-/, "").replace(/-(?:interactive|default|batch)$/, "");
    const schema = `src/queues/${name}-message.ts`;
    const shape = `messages of the ${name.replaceAll("-", " ")} queue`;
    return [
      deadLetters !== undefined && isOfDeadLetters(deadLetters) && consumed.has(deadLetters)
        ? ""
        : `${queue}: give its consumer dead_letter_queue = "${queue}-dlq" in wrangler.toml, and that queue a consumer.`,
      has(`src/queues/${name}.ts`, /export async function consume\w+\(/)
        ? ""
        : `${queue}: write its consumer in src/queues/${name}.ts and call it in src/index.ts, where any other queue is one of dead letters.`,
      has(schema, /\bv: z\.literal\(\d+\)/)
        ? ""
        : `${queue}: write the schema of its messages in ${schema}, with a version: v: z.literal(1).`,
      known.includes(shape)
        ? ""
        : `${queue}: record "${shape}" in SHAPES of test/rules/schemas.test.ts.`,
    ].filter((advice) => advice !== "");
  });
}

describe("a queue that is consumed", () => {
  it.for([undefined, "production"])(
    "has a consumer, a versioned message and dead letters (environment %s)",
    (environment, { expect }) => {
      expect(missing(consumersIn(environment))).toEqual([]);
    },
  );

  it.for([undefined, "production"])(
    "has a producer, without which a deployment does not create it (environment %s)",
    (environment, { expect }) => {
      const producers = producersIn(environment);
      const without = consumersIn(environment).filter(({ queue }) => !producers.has(queue));
      expect(without).toEqual([]);
    },
  );

  it("is known to the Worker by the end of its name", ({ expect }) => {
    const work = consumersIn().filter(({ queue }) => !isOfDeadLetters(queue));
    const unknown = work.filter(
      ({ queue }) => !has("src/index.ts", new RegExp(`"${queue.replace(/^edgewise/, "")}"`)),
    );
    expect(unknown, "src/index.ts would keep the messages of these queues as dead letters").toEqual(
      [],
    );
  });
});

import { Hono } from "hono";

export { CircuitBreakerObject } from "../durable-objects/circuit-breaker.ts";
export { ConversationObject } from "../durable-objects/conversation.ts";
export { SearchShardObject } from "../durable-objects/search-shard.ts";
export { VectorStoreObject } from "../durable-objects/vector-store.ts";

const app = new Hono<{ Bindings: Env }>();
app.get("/health", (c) => c.json({ status: "ok" }));

export default {
  fetch: app.fetch,
  async queue() {},
} satisfies ExportedHandler<Env>;

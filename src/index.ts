import { Hono } from "hono";

import type { AppEnv } from "./http/app-env.ts";
import { buildApp } from "./http/app.ts";
import { findKey } from "./platform/api-keys.ts";

export { CircuitBreakerObject } from "../durable-objects/circuit-breaker.ts";
export { ConversationObject } from "../durable-objects/conversation.ts";
export { SearchShardObject } from "../durable-objects/search-shard.ts";
export { VectorStoreObject } from "../durable-objects/vector-store.ts";

const app = buildApp({
  keys: (env) => ({ findKey: (sha256) => findKey(env.CATALOG, sha256) }),
  routes: [],
  organization: new Hono<AppEnv>(),
});

export default {
  fetch: app.fetch,
  async queue() {},
} satisfies ExportedHandler<Env>;

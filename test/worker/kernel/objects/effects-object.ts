import { DurableObject } from "cloudflare:workers";

/**
 * A Durable Object class for tests: it stands for a service outside that honours idempotency keys, and counts its
 * requests.
 */
export class EffectsObject extends DurableObject {
  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    ctx.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS effect (key TEXT PRIMARY KEY, asked INTEGER NOT NULL) STRICT",
    );
  }

  /** Counts a request with an idempotency key. */
  cause(key: string): void {
    this.ctx.storage.sql.exec(
      "INSERT INTO effect VALUES (?, 1) ON CONFLICT (key) DO UPDATE SET asked = asked + 1",
      key,
    );
  }

  /** Returns the number of requests by idempotency key. */
  all(): Record<string, number> {
    const rows = this.ctx.storage.sql.exec<{ key: string; asked: number }>(
      "SELECT key, asked FROM effect",
    );
    return Object.fromEntries(rows.toArray().map(({ key, asked }) => [key, asked]));
  }
}

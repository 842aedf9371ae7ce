/**
 * The service with evictable conversation objects: `POST /bench/evict` ends all live ones, so that the next request to
 * one starts it from disk. Returns the number of evicted objects.
 */
import service, { ConversationObject } from "../../../src/index.ts";

// All object classes of the service; one of them is replaced below.
export * from "../../../src/index.ts";

const alive = new Map<string, DurableObjectId>();

class EvictableConversation extends ConversationObject {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    alive.set(ctx.id.toString(), ctx.id);
  }

  override async fetch(): Promise<Response> {
    await this.ctx.storage.sync();
    alive.delete(this.ctx.id.toString());
    this.ctx.abort("evicted by the benchmark");
    return new Response();
  }
}

export { EvictableConversation as ConversationObject };

export default {
  ...service,
  async fetch(request, env, ctx) {
    if (new URL(request.url).pathname !== "/bench/evict") {
      return await service.fetch(request, env, ctx);
    }
    const ids = [...alive.values()];
    // A call that ends its object rejects.
    await Promise.allSettled(ids.map((id) => env.CONVERSATIONS.get(id).fetch(request.url)));
    return Response.json({ evicted: ids.length - alive.size });
  },
} satisfies ExportedHandler<Env>;

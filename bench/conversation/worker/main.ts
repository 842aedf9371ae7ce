/**
 * The service as it is, whose conversation objects can be evicted: `POST /bench/evict` ends all that live, so that the
 * next request to one makes a new object from what is on disk. It answers how many there were.
 */
import service, { ConversationObject } from "../../../src/index.ts";

export {
  CircuitBreakerObject,
  RunObject,
  ScheduleObject,
  SearchShardObject,
  VectorStoreObject,
} from "../../../src/index.ts";

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
    // Whoever asks an object to end gets no answer from it.
    await Promise.allSettled(ids.map((id) => env.CONVERSATIONS.get(id).fetch(request.url)));
    return Response.json({ evicted: ids.length - alive.size });
  },
} satisfies ExportedHandler<Env>;

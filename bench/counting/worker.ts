/**
 * The service with counters of its writes and queries. The benchmark starts `wrangler dev` with this entry point
 * instead of src/index.ts, so that the product has no counters.
 */
import service, {
  ConversationObject,
  EmbeddingCacheObject,
  LaneObject,
  SearchShardObject,
  VectorStoreObject,
} from "../../src/index.ts";
import { cost, countD1, countObjectRows, resetCost } from "./cost.ts";

class CountedConversation extends ConversationObject {
  constructor(ctx: DurableObjectState, env: Env) {
    countObjectRows(ctx.storage, "Conversation");
    super(ctx, env);
  }
}

class CountedEmbeddingCache extends EmbeddingCacheObject {
  constructor(ctx: DurableObjectState, env: Env) {
    countObjectRows(ctx.storage, "EmbeddingCache");
    super(ctx, env);
  }
}

class CountedLane extends LaneObject {
  constructor(ctx: DurableObjectState, env: Env) {
    countObjectRows(ctx.storage, "Lane");
    super(ctx, env);
  }
}

class CountedSearchShard extends SearchShardObject {
  constructor(ctx: DurableObjectState, env: Env) {
    countObjectRows(ctx.storage, "SearchShard");
    super(ctx, env);
  }
}

class CountedVectorStore extends VectorStoreObject {
  constructor(ctx: DurableObjectState, env: Env) {
    countObjectRows(ctx.storage, "VectorStore");
    super(ctx, env);
  }
}

// All object classes of the service, some of them replaced.
export * from "../../src/index.ts";
export {
  CountedConversation as ConversationObject,
  CountedEmbeddingCache as EmbeddingCacheObject,
  CountedLane as LaneObject,
  CountedSearchShard as SearchShardObject,
  CountedVectorStore as VectorStoreObject,
};

export default {
  ...service,
  async fetch(request, env, ctx) {
    countD1(env.CATALOG);
    if (new URL(request.url).pathname !== "/bench/cost") {
      return await service.fetch(request, env, ctx);
    }
    if (request.method === "DELETE") resetCost();
    return Response.json(cost);
  },
} satisfies ExportedHandler<Env>;

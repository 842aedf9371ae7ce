import { embeddingModels } from "../platform/models/embedding-models.ts";
import { listModels } from "../platform/models/language-models.ts";

/** For the routes of models. */
export const modelDeps = (env: Env) => ({ list: () => listModels(env) });

/** For the route of embeddings. */
export const embeddingDeps = (env: Env) => ({ embedder: embeddingModels(env) });

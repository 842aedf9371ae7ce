import { embeddingModels } from "../platform/models/embedding-models.ts";
import { listModels } from "../platform/models/language-models.ts";

/** Creates what the routes of models depend on. */
export const modelDeps = (env: Env) => ({ list: () => listModels(env) });

/** Creates what the route of embeddings depends on. */
export const embeddingDeps = (env: Env) => ({ embedder: embeddingModels(env) });

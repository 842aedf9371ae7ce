import { embeddingModels } from "../platform/models/embedding-models.ts";
import { listModels } from "../platform/models/language-models.ts";

/** Creates the dependencies of the routes of models. */
export const modelDeps = (env: Env) => ({ list: () => listModels(env) });

/** Creates the dependencies of the route of embeddings. */
export const embeddingDeps = (env: Env) => ({ embedder: embeddingModels(env) });

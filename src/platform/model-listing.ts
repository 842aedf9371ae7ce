import { EXTRACTIVE_MODEL } from "../answer/answer-model.ts";
import { readSettings } from "../env.ts";
import { HASH_MODEL } from "../retrieval/hash-embedding.ts";

const BUILT_IN = [EXTRACTIVE_MODEL, HASH_MODEL].map((id) => ({ id, ownedBy: "edgewise" }));

/** The built-in models and those that the deployment is configured with. */
export function listModels(env: Env) {
  const { LLM_MODEL, EMBEDDING_MODEL } = readSettings(env);
  const configured = [LLM_MODEL, EMBEDDING_MODEL].filter((id) => id !== null);
  const others = new Set(configured.filter((id) => BUILT_IN.every((model) => model.id !== id)));
  return [...BUILT_IN, ...Array.from(others, (id) => ({ id, ownedBy: "configured" }))];
}

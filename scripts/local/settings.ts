import { unstable_readConfig } from "wrangler";
import { z } from "zod";

import { EXTRACTIVE_MODEL } from "../../src/answer/answer-model.ts";
import { readSettings, type Settings } from "../../src/env.ts";
import { HASH_MODEL } from "../../src/retrieval/hash-embedding.ts";
import { forwardedVars } from "./state-folder.ts";

const Configuration = z.object({ vars: z.record(z.string(), z.unknown()) });

/** The settings that the Worker will have: those of wrangler.toml, and our environment's before them. */
export function readLocalSettings(environment = process.env): Settings {
  const { vars } = Configuration.parse(unstable_readConfig({ config: "wrangler.toml" }));
  return readSettings({ ...vars, ...Object.fromEntries(forwardedVars(environment)) });
}

/** The models in use, each with where it is. */
export function describeModels(settings: Settings): { answers: string; embeddings: string } {
  const describe = (model: string | null, builtIn: string) =>
    model === null || model === builtIn
      ? `${builtIn}, built in`
      : `${model} at ${withoutSecrets(settings.LLM_BASE_URL ?? "Workers AI")}`;
  return {
    answers: describe(settings.LLM_MODEL, EXTRACTIVE_MODEL),
    embeddings: describe(settings.EMBEDDING_MODEL, HASH_MODEL),
  };
}

/** An address without what may be a secret in it. */
function withoutSecrets(address: string): string {
  if (!URL.canParse(address)) return address;
  const { origin, pathname } = new URL(address);
  return origin + pathname.replace(/\/$/, "");
}

import { unstable_readConfig } from "wrangler";
import { z } from "zod";

import { EXTRACTIVE_MODEL } from "../../src/answer/answer-model.ts";
import { readSettings, type Settings } from "../../src/env.ts";
import { HASH_MODEL } from "../../src/retrieval/hash-embedding.ts";
import { forwardedVars } from "./state-folder.ts";

const Configuration = z.object({ vars: z.record(z.string(), z.unknown()) });

/** Reads the settings that a local Worker will have, from wrangler.toml and the environment, which takes precedence. */
export function readLocalSettings(environment = process.env): Settings {
  const { vars } = Configuration.parse(unstable_readConfig({ config: "wrangler.toml" }));
  return readSettings({ ...vars, ...Object.fromEntries(forwardedVars(environment)) });
}

/** Describes the models for answers and for embeddings, and where they run, for the text that `npm run dev` prints. */
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

/** Removes the parts of an address that may be secret. */
function withoutSecrets(address: string): string {
  if (!URL.canParse(address)) return address;
  const { origin, pathname } = new URL(address);
  return origin + pathname.replace(/\/$/, "");
}

import { randomUUID } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { unstable_readConfig } from "wrangler";
import { z } from "zod";

import { listModelsInUse, readSettings } from "../../src/env.ts";
import type { ModelNames } from "../../src/model-names.ts";
import { removeAbandoned, withCleanup } from "./cleanup.ts";
import type { Place } from "./places.ts";
import { DeployError } from "./wrangler.ts";

/** The edition: with Workers AI and Vectorize, or on built-in models alone. */
type Edition = "production" | "embedded";

/** The choices of a deployment. */
export type Choices = Place & {
  readonly edition: Edition;
  /** The prefix of all names; `edgewise` by default. Deployments of other names stand side by side. */
  readonly name: string;
};

/** The parts of a deployment, by the names in wrangler.toml. */
export type Target = {
  readonly choices: Choices;
  readonly worker: string;
  /** Arguments that make wrangler use this configuration and edition. */
  readonly flags: readonly string[];
  readonly databases: readonly {
    readonly binding: string;
    readonly name: string;
    /** Folder of its migrations; null for the operator's own tables. */
    readonly migrations: string | null;
  }[];
  readonly buckets: readonly string[];
  readonly queues: readonly string[];
  readonly indexes: readonly string[];
  /** The models that answer and embed, the default first. */
  readonly models: ModelNames;
};

const Configuration = z.object({
  name: z.string(),
  vars: z.record(z.string(), z.unknown()),
  d1_databases: z.array(
    z.object({
      binding: z.string(),
      database_name: z.string(),
      migrations_dir: z.string().optional(),
    }),
  ),
  r2_buckets: z.array(z.object({ bucket_name: z.string() })),
  queues: z.object({ producers: z.array(z.object({ queue: z.string() })) }),
  vectorize: z.array(z.object({ index_name: z.string() })).default([]),
});

/** The name in the committed wrangler.toml. */
export const NAME_DEFAULT = "edgewise";
const CONFIG = "wrangler.toml";

/**
 * Calls `work` with the target of a deployment. Another name or a jurisdiction needs a configuration of its own: it is
 * written beside wrangler.toml for the time of the work, with the same content but for these. One that a killed process
 * left is removed.
 */
export async function withTarget<Outcome>(
  choices: Choices,
  work: (target: Target) => Promise<Outcome>,
): Promise<Outcome> {
  const { name, jurisdiction } = choices;
  if (name === NAME_DEFAULT && jurisdiction === null)
    return await work(readTarget(choices, CONFIG));
  const adapted = adaptConfiguration(readFileSync(CONFIG, "utf8"), choices);
  removeAbandoned(".", `wrangler.${name}.`);
  const path = `wrangler.${name}.${process.pid}-${randomUUID()}.toml`;
  return await withCleanup(
    () => rmSync(path, { force: true }),
    async () => {
      writeFileSync(path, adapted);
      return await work(readTarget(choices, path));
    },
  );
}

/** Replaces the prefix of all names, and sets the jurisdiction of the buckets and of the deployment. */
function adaptConfiguration(text: string, { name, jurisdiction }: Choices): string {
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name)) {
    throw new DeployError(
      `'${name}' cannot be a name: use at most 40 small letters, digits and hyphens, a letter first.`,
    );
  }
  const named = text.replaceAll(/"edgewise(?=["-])/g, `"${name}`);
  if (jurisdiction === null) return named;
  return named
    .replaceAll(/^(bucket_name = .*)$/gm, `$1\njurisdiction = "${jurisdiction}"`)
    .replaceAll(/^JURISDICTION = .*$/gm, `JURISDICTION = "${jurisdiction}"`);
}

function readTarget(choices: Choices, config: string): Target {
  const env = choices.edition === "production" ? "production" : "";
  const read = Configuration.parse(unstable_readConfig({ config, env: env || undefined }));
  return {
    choices,
    worker: read.name,
    flags: [`--config=${join(process.cwd(), config)}`, `--env=${env}`],
    databases: read.d1_databases.map((database) => ({
      binding: database.binding,
      name: database.database_name,
      migrations: database.migrations_dir ?? null,
    })),
    buckets: read.r2_buckets.map(({ bucket_name: bucket }) => bucket),
    queues: read.queues.producers.map(({ queue }) => queue),
    indexes: read.vectorize.map(({ index_name: index }) => index),
    models: listModelsInUse(readSettings(read.vars)),
  };
}

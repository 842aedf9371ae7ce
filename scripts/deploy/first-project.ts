import { setTimeout as wait } from "node:timers/promises";

import { z } from "zod";

import { DeployError } from "./wrangler.ts";

const HEALTH_TIMEOUT_MS = 120_000;
const CALL_TIMEOUT_MS = 10_000;
/** Interval between questions for the health, in milliseconds. A new address takes some seconds to exist. */
const INTERVAL_MS = 1_000;

const PROJECTS = "/v1/organization/projects";
const Listed = z.object({ data: z.array(z.object({ id: z.string() })) });
const Project = z.object({ id: z.string() });
const Key = z.object({ value: z.string() });

/** Waits until the service answers. */
export async function untilHealthy(url: string): Promise<void> {
  const deadline = Date.now() + HEALTH_TIMEOUT_MS;
  let last = "no answer";
  while (Date.now() < deadline) {
    try {
      const response = await fetch(`${url}/health`, {
        signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      });
      await response.body?.cancel();
      if (response.ok) return;
      last = `status ${response.status}`;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    await wait(INTERVAL_MS);
  }
  throw new DeployError(
    `The Worker is uploaded, but ${url}/health did not answer within two minutes (${last}). Look at its log: npx wrangler tail. Then run the command again.`,
  );
}

/**
 * Creates the first project and its key; null if there is a project with a key already. A project without a key is one
 * of a deployment that broke off, and gets its key.
 */
export async function createFirstProject(url: string, adminKey: string): Promise<string | null> {
  const found = Listed.parse(await call(url, adminKey, PROJECTS)).data;
  if (found.length > 1) return null;
  const [project] = found;
  const { id } =
    project ?? Project.parse(await call(url, adminKey, PROJECTS, { name: "First project" }));
  const path = `${PROJECTS}/${id}/api_keys`;
  if (project && Listed.parse(await call(url, adminKey, path)).data.length > 0) return null;
  return Key.parse(await call(url, adminKey, path, { name: "First key" })).value;
}

async function call(url: string, key: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(url + path, {
    method: body ? "POST" : "GET",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  throw new DeployError(
    `${path} answered ${response.status}. The Worker is deployed; run the command again to create the first project.\n${text.slice(0, 300)}`,
  );
}

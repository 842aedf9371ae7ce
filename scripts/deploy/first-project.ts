import { setTimeout as wait } from "node:timers/promises";

import { z } from "zod";

import type { UnseenSecrets } from "./secrets.ts";
import { DeployError } from "./wrangler.ts";

const CALL_TIMEOUT_MS = 10_000;
/** Interval between questions for the health, in milliseconds. A new address takes some seconds to exist. */
const INTERVAL_MS = 1_000;

const PROJECTS = "/v1/organization/projects";
const FIRST_KEY = "First key";
const Projects = z.object({ data: z.array(z.object({ id: z.string() })) });
const Keys = z.object({ data: z.array(z.object({ id: z.string(), name: z.string() })) });
const Project = z.object({ id: z.string() });
const Key = z.object({ value: z.string() });

/** A deployed service, and the key that opens its organization. */
export type Service = { readonly url: string; readonly adminKey: string };

/** Waits until the service answers. */
export async function untilHealthy(url: string, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
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
    await wait(Math.min(INTERVAL_MS, timeoutMs));
  }
  throw new DeployError(
    `The Worker is uploaded, but ${url}/health did not answer within ${timeoutMs / 1_000} seconds (${last}). Look at its log: npx wrangler tail. Then run the command again.`,
  );
}

/**
 * Creates the first project and its key; null if there is a project with a key already. A project without a key is one
 * of a deployment that broke off, and gets its key. A first key that broke off before it was shown is replaced.
 */
export async function createFirstProject(
  service: Service,
  unseen: UnseenSecrets,
): Promise<string | null> {
  const found = Projects.parse(await call(service, "GET", PROJECTS)).data;
  if (found.length > 1) return null;
  const { id } =
    found[0] ?? Project.parse(await call(service, "POST", PROJECTS, { name: "First project" }));
  const path = `${PROJECTS}/${id}/api_keys`;
  const keys = Keys.parse(await call(service, "GET", path)).data;
  if (keys.length > 0 && !unseen.hasFirstKeyOf(id)) return null;
  for (const key of keys.filter(({ name }) => name === FIRST_KEY)) {
    await call(service, "DELETE", `${path}/${key.id}`);
  }
  unseen.expectFirstKeyOf(id);
  return Key.parse(await call(service, "POST", path, { name: FIRST_KEY })).value;
}

async function call({ url, adminKey }: Service, method: string, path: string, body?: object) {
  const advice = "The Worker is deployed; run the command again to create the first project.";
  try {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.ok) return JSON.parse(text);
    throw new DeployError(`${path} answered ${response.status}. ${advice}\n${text.slice(0, 300)}`);
  } catch (error) {
    if (error instanceof DeployError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new DeployError(`${url}${path} could not be reached (${reason}). ${advice}`);
  }
}

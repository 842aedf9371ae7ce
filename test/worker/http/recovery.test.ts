import { createExecutionContext, createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { firstFileId } from "../../../src/ids.ts";
import worker from "../../../src/index.ts";
import { bytesKey } from "../../../src/knowledge/scope.ts";
import { createProject } from "../project.ts";

const HOURS_5 = 5 * 3_600_000;

const withRecovery = (RECOVERY: string): Env => Object.assign(Object.create(env), { RECOVERY });

const sweep = (mode: string) => worker.scheduled(createScheduledController(), withRecovery(mode));

async function call(path: string, key: string) {
  const headers = { authorization: `Bearer ${key}` };
  const request = new Request(`https://edgewise.test${path}`, { headers });
  return await worker.fetch(request, withRecovery("on"), createExecutionContext());
}

describe("a deployment that is being restored", () => {
  it("refuses clients for a while, and answers its operator", async ({ expect }) => {
    const { key } = await createProject();
    const refused = await call("/v1/files", key);

    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("60");
    expect(await refused.json()).toMatchObject({
      error: { code: "service_unavailable", message: expect.stringContaining("restoring") },
    });
    expect((await call("/v1/organization/projects", "admin-key-of-tests")).status).toBe(200);
    expect((await call("/health", key)).status).toBe(200);
  });

  it("erases no bytes whose file the restored catalog does not know", async ({ expect }) => {
    const { projectId } = (await createProject()).scope;
    const key = bytesKey(projectId, firstFileId(Date.now() - HOURS_5));
    await env.FILES.put(key, "uploaded after the backup");

    await sweep("on");
    expect(await env.FILES.head(key)).not.toBeNull();
    await sweep("");
    expect(await env.FILES.head(key)).toBeNull();
  });
});

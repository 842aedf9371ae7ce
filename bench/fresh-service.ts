import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { freePort } from "../scripts/local/port.ts";
import { type Service, startService } from "../scripts/local/service.ts";

/** Calls `work` with a local service on a new, empty state folder, then stops the service and deletes the folder. */
export async function withFreshService(work: (service: Service) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "edgewise-bench-"));
  try {
    const service = await startService({ folder, port: await freePort(), output: "file" });
    await work(service).finally(service.stop);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

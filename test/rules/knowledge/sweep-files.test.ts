import { describe, it } from "vitest";

import { sweepFiles, type SweepFilesDeps } from "../../../src/knowledge/sweep-files.ts";

const SCOPE = { projectId: "proj_1", region: "auto" } as const;
const FILES = ["file-1", "file-2"] as const;

/** Deleted files that are not purged. Detaching the file `failing` throws. */
function leftovers(failing: string | null) {
  const calls: string[] = [];
  const deps: SweepFilesDeps = {
    markExpired: async (now) => void calls.push(`expire until ${now}`),
    toPurge: async (deletedBefore, limit) => {
      calls.push(`purge before ${deletedBefore}`);
      return FILES.slice(0, limit).map((fileId) => ({ scope: SCOPE, fileId }));
    },
    markDeleted: async () => true,
    listStoresWithFile: async () => ["vs_1"],
    detach: async (_scope, storeId, fileId) => {
      if (fileId === failing) throw new Error("Network connection lost.");
      calls.push(`detach ${fileId} from ${storeId}`);
    },
    deleteBytes: async (_scope, fileId) => void calls.push(`erase ${fileId}`),
    forget: async (_scope, fileId) => void calls.push(`forget ${fileId}`),
    purgeFailed: (fileId, error) => void calls.push(`${fileId}: ${String(error)}`),
  };
  return { deps, calls };
}

describe("sweepFiles", () => {
  it("expires files, then completes deletes that began a minute ago", async ({ expect }) => {
    const { deps, calls } = leftovers(null);
    await sweepFiles(deps, 1_000);

    expect(calls).toEqual([
      "expire until 1000",
      "purge before 940",
      ...FILES.flatMap((id) => [`detach ${id} from vs_1`, `erase ${id}`, `forget ${id}`]),
    ]);
  });

  it("keeps the row of an unpurged file for the next sweep, and purges the others", async ({
    expect,
  }) => {
    const { deps, calls } = leftovers("file-1");
    await sweepFiles(deps, 1_000);

    expect(calls.slice(2)).toEqual([
      "file-1: Error: Network connection lost.",
      "detach file-2 from vs_1",
      "erase file-2",
      "forget file-2",
    ]);
  });
});

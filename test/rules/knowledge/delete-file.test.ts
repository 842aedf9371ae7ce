import { describe, expect, it } from "vitest";

import { newId, type FileId, type VectorStoreId } from "../../../src/ids.ts";
import { deleteFile, type DeleteFileDeps } from "../../../src/knowledge/delete-file.ts";

const SCOPE = { projectId: newId("proj_"), region: "auto" } as const;

/** A file in two stores. The call named by `failing` throws once. */
function library(failing: keyof DeleteFileDeps | null) {
  const left = { row: true, bytes: true, stores: new Set<VectorStoreId>(["vs_1", "vs_2"]) };
  let fails = failing;
  const failOnce = (call: keyof DeleteFileDeps) => {
    if (fails !== call) return;
    fails = null;
    throw new Error("Network connection lost.");
  };
  const deps: DeleteFileDeps = {
    async markDeleted() {
      failOnce("markDeleted");
      return left.row;
    },
    async listStoresWithFile() {
      failOnce("listStoresWithFile");
      return ["vs_1", "vs_2"];
    },
    async detach(_scope, storeId) {
      failOnce("detach");
      left.stores.delete(storeId);
    },
    async deleteBytes() {
      failOnce("deleteBytes");
      left.bytes = false;
    },
    async forget() {
      failOnce("forget");
      left.row = false;
    },
  };
  return { deps, left };
}

describe("deleting a file", () => {
  const fileId: FileId = newId("file-");
  const calls = ["markDeleted", "listStoresWithFile", "detach", "deleteBytes", "forget"] as const;

  it.each(calls)("is completed by the next delete when %s fails", async (failing) => {
    const { deps, left } = library(failing);

    await expect(deleteFile(deps, SCOPE, fileId)).rejects.toThrow("Network connection lost.");
    expect(await deleteFile(deps, SCOPE, fileId)).toBe(true);
    expect(left).toEqual({ row: false, bytes: false, stores: new Set() });
    expect(await deleteFile(deps, SCOPE, fileId)).toBe(false);
  });
});

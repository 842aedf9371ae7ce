import { describe, expect, it } from "vitest";

import type { IngestDeps } from "../../../src/ingest/ingest-deps.ts";
import { ingestFiles } from "../../../src/ingest/ingest-files.ts";
import type { IngestReport, IngestTask } from "../../../src/ingest/ingest-types.ts";
import { CHUNKING_AUTO } from "../../../src/knowledge/chunking.ts";
import { ModelUnavailable, type UnavailableReason } from "../../../src/model-unavailable.ts";
import { ok } from "../../../src/result.ts";
import { hashTerms } from "../../../src/retrieval/hash-embedding.ts";
import { quantize } from "../../../src/retrieval/quantize.ts";

const store = { scope: { projectId: "proj_1", region: "auto" }, storeId: "vs_1" } as const;

const makeTask = (name: string): IngestTask => ({
  fileId: `file-${name}`,
  version: 1,
  lease: `lease-${name}`,
  filename: `${name}.txt`,
  bytes: 10,
  attributes: {},
  chunking: CHUNKING_AUTO,
  generation: 1,
  embeddingModel: "embeds",
  shard: 0,
  corpusShard: 0,
});

/**
 * Indexes the files with these texts, by a model that fails for `reason` at each text that contains "#fails". `isAway`
 * is the outcome of a trial. Returns the outcomes by text, and the number of trials.
 */
async function ingest(
  texts: readonly string[],
  reason: UnavailableReason,
  isAway: boolean,
  retryAfterMs = 0,
) {
  const tasks = texts.map((_text, index) => makeTask(String(index)));
  const outcomes = new Map<string, IngestReport["outcome"]>();
  let trials = 0;
  const textOf = (fileId: string) => texts[Number(fileId.slice("file-".length))] ?? "";
  const deps: IngestDeps = {
    take: async () => tasks,
    report: async (_store, reports) => {
      for (const { fileId, outcome } of reports) outcomes.set(textOf(fileId), outcome);
    },
    noteStages: async () => {},
    readFile: async (_scope, { fileId }) => ({ bytes: new TextEncoder().encode(textOf(fileId)) }),
    readText: async () => null,
    extractText: async ({ bytes }) =>
      ok({ text: new TextDecoder().decode(bytes), format: "plain" }),
    storeText: async () => {},
    embedPassages: async (_scope, _model, passages) => {
      if (passages.some(({ text }) => text.includes("#fails"))) {
        throw new ModelUnavailable(reason, `It failed: ${reason}`, undefined, retryAfterMs);
      }
      return passages.map(({ terms }) => quantize(hashTerms(terms)));
    },
    isModelAway: async () => {
      trials++;
      return isAway;
    },
    writeCorpus: async () => {},
    writeShard: async () => {},
    renew: async () => true,
    readStored: async () => null,
    openShard: () => {
      throw new Error("no file is long");
    },
    onFailure: () => {},
    onCopyFailure: () => {},
    onSourceLost: () => {},
  };
  const { away } = await ingestFiles(deps, store, tasks);
  return { outcomes, trials, away };
}

describe("a file that its embedding model cannot embed", () => {
  const unclear = ["timeout", "interrupted", "server_error", "dns_failed", "tls_failed"] as const;

  it.each(unclear)("waits if the model fails with %s at a short text, too", async (reason) => {
    const { outcomes, trials } = await ingest(["one #fails", "two #fails"], reason, true);

    for (const outcome of outcomes.values()) {
      expect(outcome).toEqual({
        kind: "retry",
        message: `It failed: ${reason}`,
        away: { afterMs: 0 },
      });
    }
    expect(outcomes.size).toBe(2);
    expect(trials, "one trial for all files of the batch").toBe(1);
  });

  it.each(unclear)("is counted if the model fails with %s at this file alone", async (reason) => {
    const { outcomes } = await ingest(["poison #fails", "good"], reason, false);

    expect(outcomes.get("poison #fails")).toEqual({
      kind: "retry",
      message: `It failed: ${reason}`,
    });
    expect(outcomes.get("good")).toMatchObject({ kind: "completed" });
  });

  it.each(["circuit_open", "rate_limited", "connection_refused", "unreachable"] as const)(
    "waits without a trial, as long as the provider asks for, if the reason is %s",
    async (reason) => {
      const { outcomes, trials, away } = await ingest(["one #fails"], reason, false, 90_000);

      expect(outcomes.get("one #fails")).toMatchObject({ away: { afterMs: 90_000 } });
      expect([trials, away]).toEqual([0, 1]);
    },
  );

  it.each(["unauthorized", "not_found", "misconfigured", "request_refused"] as const)(
    "is counted without a trial if the refusal is permanent: %s",
    async (reason) => {
      const { outcomes, trials } = await ingest(["one #fails"], reason, true);

      expect(outcomes.get("one #fails")).toEqual({
        kind: "retry",
        message: `It failed: ${reason}`,
      });
      expect(trials).toBe(0);
    },
  );
});

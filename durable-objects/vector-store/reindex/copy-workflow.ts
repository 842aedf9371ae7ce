import { z } from "zod";

import type { FileId } from "../../../src/ids.ts";
import type { IngestMessage } from "../../../src/ingest/ingest-types.ts";
import type { RunStart } from "../../../src/kernel/ledger/run-ledger.ts";
import type { Definition } from "../../../src/kernel/rules/definition.ts";
import type { StepClaim } from "../../../src/kernel/rules/step-handler.ts";
import { RETRY_FOREVER, TIMEOUT_FOREVER } from "../index/retry-forever.ts";
import type { CopyVersion } from "../ledger/store-changes.ts";
import { readStoreScope, type StoreRow } from "../tables/store-tables.ts";

const FOREVER = { retry: RETRY_FOREVER, timeout: TIMEOUT_FOREVER };

/** The type of the step that copies a file to another generation. Consumers of the ingest queue do the work. */
export const COPY_FILE = "reindex.copy@1";
/** The workflow that copies a file to another generation, in one step. */
const COPY: Definition = {
  name: "reindex-copy",
  steps: { copy: { use: COPY_FILE, ...FOREVER } },
};
/** The type of the only step of the workflow `BUILD`. Its handler goes on with the build of a generation. */
export const CONTINUE_BUILD = "reindex.build@1";
/** The workflow that goes on with the build of a generation where no copy does, in one step. */
export const BUILD: Definition = {
  name: "reindex-build",
  steps: { build: { use: CONTINUE_BUILD, ...FOREVER } },
};
/** The type of the only step of the workflow `COMPARE`. Its handler calls `compareGenerations`. */
export const COMPARE_GENERATIONS = "reindex.compare@1";
/** The workflow that compares two generations by the questions that were asked before, in one step. */
export const COMPARE: Definition = {
  name: "reindex-compare",
  steps: { compare: { use: COMPARE_GENERATIONS, ...FOREVER } },
};
/** The type of the only step of the workflow `ERASE_OTHER`. Its handler calls `eraseGeneration`. */
export const ERASE_GENERATION = "reindex.erase@1";
/** The workflow that erases the generation that a reindex leaves behind, in one step. */
export const ERASE_OTHER: Definition = {
  name: "reindex-erase",
  steps: { erase: { use: ERASE_GENERATION, ...FOREVER } },
};

const CopyInput: z.ZodType<CopyVersion> = z.object({
  fileId: z.custom<FileId>((value) => typeof value === "string"),
  version: z.number(),
  generation: z.number(),
});

/** Makes the id of the run that copies a version of a file to a generation. */
export const copyRunId = ({ fileId, version, generation }: CopyVersion) =>
  `copy/${generation}/${fileId}/${version}`;

/** Makes the command that starts the run which copies a version of a file to a generation. */
export const makeCopyRun = ({ fileId, version, generation }: CopyVersion): RunStart => ({
  id: copyRunId({ fileId, version, generation }),
  definition: COPY,
  input: { fileId, version, generation },
});

/** Makes queue messages from claimed steps of the type `reindex.copy@1`. */
export function makeCopyMessages(
  store: StoreRow,
  claims: readonly StepClaim[],
): { body: IngestMessage }[] {
  const [scope, storeId] = [readStoreScope(store), store.id];
  return claims.map(({ lease, input }) => ({
    body: { v: 1, scope, storeId, lease, ...CopyInput.parse(input) },
  }));
}

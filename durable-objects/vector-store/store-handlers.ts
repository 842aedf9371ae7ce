import type { IngestMessage } from "../../src/ingest/ingest-types.ts";
import type { StepKernel } from "../../src/kernel/engine/step-kernel.ts";
import type { StepClaim, StepHandlers } from "../../src/kernel/rules/step-handler.ts";
import { COPIES_MAX } from "../../src/knowledge/reindex/copy-files.ts";
import { stepHandlersFor } from "../../src/wiring/steps/step-handlers.ts";
import { INGEST_FILE } from "../../src/workflow/built-in/ingest.ts";
import { rememberSent } from "../run/local-leases.ts";
import { TEND_FOLLOWERS, tendFollowers } from "./followers/tend-followers.ts";
import { PLACE_VECTORS, placeVectors } from "./index/place-vectors.ts";
import {
  INGEST_IN_FLIGHT_MAX,
  INGEST_LEASE_MS,
  makeIngestMessages,
  MISPLACED,
} from "./ledger/ingest-workflow.ts";
import type { ChangesStore } from "./ledger/store-changes.ts";
import { ERASE_STORE, eraseStore, PURGE_TOMBSTONES, purgeTombstones } from "./purge.ts";
import { RECONCILE_STORE, reconcileStore } from "./reconcile/reconcile-store.ts";
import { compareGenerations } from "./reindex/compare-generations.ts";
import {
  COMPARE_GENERATIONS,
  CONTINUE_BUILD,
  COPY_FILE,
  ERASE_GENERATION,
  makeCopyMessages,
} from "./reindex/copy-workflow.ts";
import { eraseGeneration } from "./reindex/erase-generation.ts";
import { BEGIN_SPLIT, beginSplit, SWITCH_TO_SPLIT, switchSplit } from "./reindex/split-store.ts";
import type { StoreParts } from "./store-parts.ts";
import { readStoreScope } from "./tables/store-tables.ts";

type HandlerDeps = {
  readonly env: Env;
  readonly sql: SqlStorage;
  readonly parts: StoreParts;
  /** The owner of the kernel, whose handlers these are. */
  readonly runs: ChangesStore & { readonly kernel: Pick<StepKernel, "settle"> };
};

/** Returns the handlers of the steps that a store's kernel runs. */
export function storeHandlers({ env, sql, parts, runs }: HandlerDeps): StepHandlers {
  const { tables, files, ledger, reindexes, questions } = parts;
  const purge = { env, tables, files, reindexes, runs };
  const reconcile = { ...purge, ledger, sql };
  return {
    ...stepHandlersFor(env, () => readStoreScope(tables.readStore())),
    [INGEST_FILE]: {
      kind: "dispatched",
      inFlightMax: INGEST_IN_FLIGHT_MAX,
      leaseMs: INGEST_LEASE_MS,
      dispatch: async (claims) => {
        const { messages, misplaced } = makeIngestMessages(tables.readStore(), claims);
        for (const lease of misplaced) runs.kernel.settle(lease, MISPLACED);
        await send(env, claims, messages);
      },
    },
    [COPY_FILE]: {
      kind: "dispatched",
      inFlightMax: COPIES_MAX,
      leaseMs: INGEST_LEASE_MS,
      dispatch: (claims) => send(env, claims, makeCopyMessages(tables.readStore(), claims)),
    },
    // Every change goes on with the build.
    [CONTINUE_BUILD]: { kind: "local", run: async () => runs.change(() => null) },
    [COMPARE_GENERATIONS]: {
      kind: "local",
      run: () => compareGenerations({ ...purge, questions }),
    },
    [BEGIN_SPLIT]: { kind: "local", run: () => beginSplit({ env, sql, parts, runs }) },
    [SWITCH_TO_SPLIT]: { kind: "local", run: () => switchSplit({ env, sql, parts, runs }) },
    [ERASE_GENERATION]: { kind: "local", run: () => eraseGeneration(purge) },
    [PURGE_TOMBSTONES]: { kind: "local", run: () => purgeTombstones(purge) },
    [ERASE_STORE]: { kind: "local", run: () => eraseStore(purge) },
    [TEND_FOLLOWERS]: { kind: "local", run: () => tendFollowers({ env, tables, runs }) },
    [PLACE_VECTORS]: { kind: "local", run: () => placeVectors({ env, tables, runs }) },
    [RECONCILE_STORE]: { kind: "local", run: () => reconcileStore(reconcile) },
  };
}

async function send(
  env: Env,
  claims: readonly StepClaim[],
  messages: readonly { readonly body: IngestMessage }[],
): Promise<void> {
  if (messages.length === 0) return;
  for (const { lease } of claims) rememberSent(env, lease);
  await env.INGEST.sendBatch(messages);
}

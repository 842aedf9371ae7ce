import type { IngestClaim, StageNote } from "../knowledge/vector-store-types.ts";
import type { Awaitable } from "../remote.ts";
import type { IngestReport, IngestTask } from "./ingest-types.ts";

/** The methods of a vector store object that the consumer of the ingest queue calls. */
export interface IngestClient {
  take(claims: readonly IngestClaim[]): Awaitable<IngestTask[]>;
  renew(claim: IngestClaim): Awaitable<boolean>;
  report(reports: readonly IngestReport[]): Awaitable<void>;
  noteStages(notes: readonly StageNote[]): Awaitable<void>;
}

import {
  ANSWER_BATCH,
  CONVERSATION,
  LOG,
} from "../../../durable-objects/conversation/tables/conversation-tables.ts";
import { ITEM } from "../../../durable-objects/conversation/tables/item-tables.ts";
import { RESPONSE } from "../../../durable-objects/conversation/tables/stored-response.ts";
import { WAITING_TURN } from "../../../durable-objects/conversation/tables/turn-tables.ts";
import { OBJECT_LETTER } from "../../../durable-objects/dead-letters/dead-letter-table.ts";
import { CACHE_BLOCK, TALLY } from "../../../durable-objects/embedding-cache/cache-tables.ts";
import { JOB } from "../../../durable-objects/lane/lane-tables.ts";
import { FRAME } from "../../../durable-objects/run/run-tables.ts";
import { SCHEDULE, START } from "../../../durable-objects/schedule/schedule-tables.ts";
import { SHARD_ANALYZER } from "../../../durable-objects/search-shard/tables/analyzer-table.ts";
import { CHUNK, FILE } from "../../../durable-objects/search-shard/tables/chunk-tables.ts";
import { CODE_STATE } from "../../../durable-objects/search-shard/tables/code-tables.ts";
import { DAMAGED_FILE } from "../../../durable-objects/search-shard/tables/damage-tables.ts";
import { FOLLOWED } from "../../../durable-objects/search-shard/tables/followed-table.ts";
import { FOLLOWER } from "../../../durable-objects/search-shard/tables/follower-table.ts";
import { MERGE } from "../../../durable-objects/search-shard/tables/merge-tables.ts";
import {
  OUTGOING,
  PLACEMENT,
} from "../../../durable-objects/search-shard/tables/outgoing-tables.ts";
import { REMOVAL } from "../../../durable-objects/search-shard/tables/removal-tables.ts";
import {
  SEGMENT,
  SEGMENT_PART,
} from "../../../durable-objects/search-shard/tables/segment-tables.ts";
import { STAGED_PART } from "../../../durable-objects/search-shard/tables/staged-tables.ts";
import { UNINDEXED } from "../../../durable-objects/search-shard/tables/unindexed-tables.ts";
import { RECONCILIATION } from "../../../durable-objects/vector-store/reconcile/reconciliation-table.ts";
import { ASKED_QUESTIONS } from "../../../durable-objects/vector-store/reindex/question-log.ts";
import { REINDEX } from "../../../durable-objects/vector-store/reindex/reindex-table.ts";
import { ATTACHMENT } from "../../../durable-objects/vector-store/tables/attachment-row.ts";
import { BATCH } from "../../../durable-objects/vector-store/tables/file-batches.ts";
import { GENERATION_SHARD } from "../../../durable-objects/vector-store/tables/generation-shard.ts";
import { DENSE_PLACEMENT } from "../../../durable-objects/vector-store/tables/placement-table.ts";
import { SHARD_FOLLOWER } from "../../../durable-objects/vector-store/tables/shard-follower-table.ts";
import { STORE, TOMBSTONE } from "../../../durable-objects/vector-store/tables/store-tables.ts";
import { MUTATION, PART, SOURCE } from "../../../durable-objects/vector-writer/journal-tables.ts";
import { WATCHED } from "../../../durable-objects/vector-writer/watch-table.ts";
import type { Columns } from "../../../src/columns.ts";
import { DEFINITION, EVENT, RUN } from "../../../src/kernel/rows/run-row.ts";
import { SIGNAL_ROW } from "../../../src/kernel/rows/signal-rows.ts";
import { STEP } from "../../../src/kernel/rows/step-row.ts";
import { LISTED_CONVERSATION } from "../../../src/platform/databases/conversation-catalog.ts";
import { CORPUS_SHARD } from "../../../src/platform/databases/corpus-room.ts";
import { CORPUS_CHUNK, DOCUMENT } from "../../../src/platform/databases/corpus-rows.ts";
import { JOB_LETTER } from "../../../src/platform/databases/dead-letter-catalog.ts";
import { DEAD_MESSAGE } from "../../../src/platform/databases/dead-message-catalog.ts";
import { UPLOADED_FILE } from "../../../src/platform/databases/file-catalog.ts";
import { OPEN_WORK } from "../../../src/platform/databases/open-work-catalog.ts";
import { API_KEY, PROJECT } from "../../../src/platform/databases/project-catalog.ts";
import { SECRET } from "../../../src/platform/databases/project-secrets.ts";
import { REQUEST_KEY } from "../../../src/platform/databases/request-key-catalog.ts";
import { LISTED_RESPONSE } from "../../../src/platform/databases/response-catalog.ts";
import { ARCHIVED_RUN } from "../../../src/platform/databases/run-archive.ts";
import { LISTED_RUN } from "../../../src/platform/databases/run-catalog.ts";
import { LISTED_SCHEDULE } from "../../../src/platform/databases/schedule-catalog.ts";
import { VECTOR_STORE } from "../../../src/platform/databases/store-catalog.ts";
import { FILE_UPLOAD } from "../../../src/platform/databases/upload-catalog.ts";
import { RUN_WAIT } from "../../../src/platform/databases/wait-catalog.ts";
import { WORKFLOW } from "../../../src/platform/databases/workflow-catalog.ts";

/** A declaration of a table's columns, as far as these tests compare it with the migrations. */
export type Declared = Pick<Columns<Record<string, never>>, "table" | "listed" | "undeclared">;

/** Every declaration of a table's columns in the service, by the folder of migrations that create the table. */
export const DECLARED: Readonly<Record<string, readonly Declared[]>> = {
  catalog: [
    API_KEY,
    CORPUS_SHARD,
    DEAD_MESSAGE,
    FILE_UPLOAD,
    JOB_LETTER,
    LISTED_CONVERSATION,
    LISTED_RESPONSE,
    LISTED_RUN,
    RUN_WAIT,
    LISTED_SCHEDULE,
    OPEN_WORK,
    PROJECT,
    REQUEST_KEY,
    SECRET,
    UPLOADED_FILE,
    VECTOR_STORE,
    WORKFLOW,
  ],
  conversation: [ANSWER_BATCH, CONVERSATION, ITEM, LOG, RESPONSE],
  "waiting-turn": [WAITING_TURN],
  corpus: [ARCHIVED_RUN, CORPUS_CHUNK, DOCUMENT],
  "dead-letter": [OBJECT_LETTER],
  "embedding-cache": [CACHE_BLOCK, TALLY],
  kernel: [DEFINITION, EVENT, RUN, SIGNAL_ROW, STEP],
  lane: [JOB],
  run: [FRAME],
  schedule: [SCHEDULE, START],
  "search-shard": [
    CHUNK,
    CODE_STATE,
    DAMAGED_FILE,
    FILE,
    FOLLOWED,
    FOLLOWER,
    SHARD_ANALYZER,
    MERGE,
    OUTGOING,
    PLACEMENT,
    REMOVAL,
    SEGMENT,
    SEGMENT_PART,
    STAGED_PART,
    UNINDEXED,
  ],
  "vector-writer": [MUTATION, PART, SOURCE, WATCHED],
  "vector-store": [
    ASKED_QUESTIONS,
    ATTACHMENT,
    BATCH,
    DENSE_PLACEMENT,
    GENERATION_SHARD,
    RECONCILIATION,
    REINDEX,
    SHARD_FOLLOWER,
    STORE,
    TOMBSTONE,
  ],
};

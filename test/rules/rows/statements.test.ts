import { describe, it } from "vitest";

import { findCostlyReads } from "./costly-reads.ts";
import { fillDatabase, type FilledDatabase } from "./filled-databases.ts";
import { collectStatements, findUncollected, MODULES, type Statement } from "./statements.ts";

const OF_CONVERSATION =
  "the responses of one conversation: 10,000 take 1.4 ms, and an index would add two rows to the 29 of an answer";
const OF_LOG =
  "the log of one conversation, from its end: a question has some lines, of which one is looked for";
const OF_RESPONSE = "the items of one response: few others came in between";
const OF_SCHEDULE = "the runs of one schedule that are open, which its overlap bounds";
const OF_RUN = "the steps, events or signals of one run, which have bounds";
const OF_TREE = "a run and the runs under it: the range holds no others";
const OF_SHARD = "a shard has a bound on its chunks, and reads all of them once, when it starts";
const OF_CHECK = "only checks of a whole store ask it";
const OF_FILE = "the chunks of one file: the range holds no others";
const OF_CHANGE = "the chunks of one change: at most 250";
const ERASES = "it reads no more rows than it erases or changes";
const OF_FILTER = "at most 2,000 rows, in the order of the list: the others are for the next page";
const FIRST_OF_INDEX = "each of its look-ups stops at the first row (LIMIT 1)";

/** Reads of many rows, with the reason why they may be. */
const MAY_READ_MANY: Readonly<Record<string, string>> = {
  "conversation-tables.ts: ERASE_RESPONSES: SCAN response": ERASES,
  "conversation-tables.ts: LIST_UNSETTLED: SCAN response": OF_CONVERSATION,
  "conversation-tables.ts: LIST_OPEN: SCAN response": OF_CONVERSATION,
  "list-busy.ts: LIST_BUSY: SCAN response": OF_CONVERSATION,
  "conversation-tables.ts: HAS_CONTENT: SCAN response": "it stops at the first that is not deleted",
  "item-tables.ts: ERASE_OWN_ITEMS: SEARCH item": OF_RESPONSE,
  "item-tables.ts: ERASE_OUTPUT: SEARCH item": OF_RESPONSE,
  "item-tables.ts: LIST_OWN_ITEMS: SEARCH item": OF_RESPONSE,
  "item-tables.ts: NARROW_RANGE: SEARCH item": OF_RESPONSE,
  "item-tables.ts: SET_ASIDE: SEARCH item": OF_RESPONSE,
  "item-tables.ts: JOIN: SEARCH item": OF_RESPONSE,
  "item-tables.ts: LIST_HISTORY: SEARCH i": "it stops at the newest 400, from the end",
  "item-tables.ts: conversationPage: SCAN i": "a page in the order of the table",
  "response-list.ts: FIND_PLACE: SCAN log": OF_LOG,
  "response-list.ts: page: SCAN l": OF_LOG,
  "response-list.ts: page: SCAN log": OF_LOG,
  "listing-tables.ts: LIST_FIRST_ITEMS: SCAN item": "it stops at the first ten",
  "list-page.ts: filterPage: SEARCH vector_store": OF_FILTER,
  "list-page.ts: filterPage: SEARCH listed_conversation": OF_FILTER,
  "list-page.ts: filterPage: SEARCH workflow": OF_FILTER,
  "list-page.ts: filterPage: SEARCH project": OF_FILTER,
  "conversation-catalog.ts: FORGET_REMOVED: SEARCH listed_conversation": ERASES,
  "response-catalog.ts: REMOVE_ALL: SEARCH listed_response": ERASES,
  "response-catalog.ts: FORGET_REMOVED: SEARCH listed_response": ERASES,
  "lane-tables.ts: LIST_OF_RUN: SEARCH job": "the steps of one run that wait or are sent",
  "lane-tables.ts: LIST: SCAN job": "all jobs, of which the object makes its memory when it starts",
  "lane-tables.ts: LIST_SENT: SCAN job":
    "once a minute, since an index would cost a row with each job",
  "schedule-tables.ts: LIST_WAITING: SCAN waiting_tick": OF_SCHEDULE,
  "schedule-tables.ts: STARTS_DUE: SEARCH start": OF_SCHEDULE,
  "schedule-tables.ts: FIRST_DUE: SEARCH start": "the least of an index, from its end",
  "schedule-tables.ts: COUNT: SCAN start": OF_SCHEDULE,
  "schedule-tables.ts: LIST_OPEN: SEARCH start": OF_SCHEDULE,
  "schedule-tables.ts: KEEP_NEWEST_OPEN: SEARCH start": OF_SCHEDULE,
  "schedule-tables.ts: FORGET_RUN: SEARCH start": OF_SCHEDULE,
  "schedule-tables.ts: FORGET_TRIGGER: SCAN trigger_key":
    "the keys of one day, when a start is given up",
  "schedule-tables.ts: FORGET_TRIGGERS: SCAN trigger_key": "it stops at the oldest hundred",
  "file-copies.ts: COUNT_COPIES: SEARCH attachment":
    "the files whose copy in the other generation is missing, when a reindex is shown or changed",
  "file-copies.ts: RETRY_COPIES: SEARCH attachment": "the files that could not be copied",
  "placement-table.ts: ATTRIBUTE_KEYS: SCAN attachment":
    "all files of a store, once, when its vectors are placed in an index",
  "outgoing-tables.ts: NUMBERS_WITH_ATTRIBUTES: SEARCH chunk": OF_CHANGE,
  "erased-index.ts: COUNT_CHUNKS: SEARCH chunk": OF_CHECK,
  "erased-index.ts: COUNT_DOCUMENTS: SEARCH document": OF_CHECK,
  "erased-index.ts: FORGET_ERASED: SEARCH erased_index": "it stops at the oldest hundred",
  "erased-index.ts: DROP_DOCUMENTS: SEARCH document": ERASES,
  "erased-index.ts: DROP_CHUNKS: SEARCH chunk": ERASES,
  "chunk-tables.ts: DROP_CHUNKS: SEARCH chunk": OF_FILE,
  "chunk-tables.ts: PASSAGES_OF: SEARCH chunk": OF_FILE,
  "copy-tables.ts: CHUNKS: SEARCH chunk": "at most 200 chunks, of one page for a follower",
  "chunk-tables.ts: FORGET_TOMBSTONES: SEARCH file": ERASES,
  "chunk-tables.ts: CHUNK_COUNT: SCAN file": OF_CHECK,
  "chunk-tables.ts: NEXT_ORDINAL: SEARCH file":
    "only a shard asks it that has chunks in no segment, when it starts",
  "chunk-tables.ts: PLAIN_CHUNKS: SEARCH chunk":
    "only a shard asks it that has chunks in no segment, when it starts",
  "chunk-tables.ts: TEXTS_OF: SEARCH chunk": "the chunks of one slice of 128",
  "stored-chunk-tables.ts: READ: SEARCH chunk": OF_FILE,
  "merge-tables.ts: DROP_SOME: SEARCH segment_part": ERASES,
  "segment-tables.ts: COLUMN_PARTS: SEARCH segment_part":
    "one part for each 8,192 chunks of a segment",
  "segment-tables.ts: DROP_PARTS: SEARCH segment_part": ERASES,
  "segment-tables.ts: FIRST_BLOCKS: SEARCH segment_part":
    "it stops at the last block that begins before a term, then at eight",
  "chunk-tables.ts: TAIL_CHUNKS: SEARCH chunk": "at most 64 chunks, when a shard loads them",
  "removal-tables.ts: ALL: SCAN removal": "a row for each 4,096 chunks with removed ones",
  "removal-tables.ts: NEXT_DUE: SCAN removal": "a row for each 4,096 chunks with removed ones",
  "removal-tables.ts: RELEASE: SCAN removal": "all of them, after segments were written again",
  "vector-tables.ts: DROP_OWN: SEARCH chunk": ERASES,
  "damage-tables.ts: NOTE: SEARCH chunk": "the chunks of one block of vectors",
  "vector-tables.ts: FIND: SEARCH vector_block":
    "the vectors of one file, or of 4,096 chunks when a shard loads them",
  "vector-tables.ts: OWN_VECTORS: SEARCH chunk": "the chunks of one slice, or of 4,096",
  "vector-tables.ts: OWN_LENGTH: SEARCH chunk": "at most 64 chunks, when a shard loads them",
  "chunk-tables.ts: HIGHEST_VERSION: SEARCH file": OF_CHECK,
  "chunk-tables.ts: LIVE_RUNS: SCAN file": "when all vectors of a shard move",
  "chunk-tables.ts: NUMBERS: SEARCH chunk": "the chunks of one change of a vector index",
  "outgoing-tables.ts: ALL: SCAN outgoing":
    "what a vector index does not have yet: short, save during a move",
  "journal-tables.ts: HAS_NAMESPACE: SCAN source":
    "the shards that have changes; asked when a store looks for an index",
  "outgoing-tables.ts: EXPIRE: SEARCH outgoing": ERASES,
  "outgoing-tables.ts: INDEXES: SEARCH outgoing": "the changes of which no writer was told yet",
  "outgoing-tables.ts: OLDEST: SEARCH outgoing": "it stops at the first",
  "outgoing-tables.ts: IS_EMPTY: SCAN outgoing": "it stops at the first",
  "journal-tables.ts: NEXT_TURN: SEARCH source": "it stops at the last",
  "chunk-tables.ts: ATTRIBUTES: SCAN file": OF_SHARD,
  "attachments.ts: LIST_OPEN: SEARCH a":
    "the files in progress of one batch, between its first and its last, all of which it cancels",
  "attachments.ts: LIST_OPEN_LINKED: SEARCH b":
    "the files of one batch, of which it cancels those in progress",
  "attachments.ts: pageOfBatchByStatus: SEARCH a":
    "it stops at the page; the others between the first and the last file of the batch are of a batch of the same time",
  "attachments.ts: FORGET_PLACES: SEARCH detached": "it stops at the oldest ten",
  "store-tables.ts: LIST_HIDDEN: SEARCH tombstone":
    "what searches must hide until the shards have let it go",
  "store-tables.ts: LIST_PURGING: SEARCH tombstone": "what a purge is about to erase",
  "store-tables.ts: FORGET_DETACHED: SEARCH tombstone": ERASES,
  "store-tables.ts: FORGET_DELETED: SEARCH tombstone": ERASES,
  "kernel-storage.ts: RECOUNT_RUN: SEARCH r": OF_TREE,
  "kernel-storage.ts: RECOUNT_RUN: SEARCH s": OF_RUN,
  "kernel-storage.ts: LIST_TREE: SEARCH kernel_run": OF_TREE,
  "kernel-storage.ts: eraseRun: SEARCH kernel_run": OF_TREE,
  "kernel-storage.ts: eraseRun: SEARCH kernel_step": ERASES,
  "kernel-storage.ts: eraseRun: SEARCH kernel_event": ERASES,
  "kernel-storage.ts: eraseRun: SEARCH kernel_signal": ERASES,
  "kernel-storage.ts: eraseRun: SEARCH kernel_pin": ERASES,
  "signal-rows.ts: LIST_KEPT: SEARCH kernel_signal": OF_RUN,
  "signal-rows.ts: COUNT: SEARCH kernel_signal": OF_RUN,
  "signal-rows.ts: ERASE: SEARCH kernel_signal": ERASES,
  "step-rows.ts: LIST: SEARCH kernel_step": OF_RUN,
  "step-rows.ts: LIST_LAST_FIRST: SEARCH s": OF_RUN,
  "step-rows.ts: LIST_OUTPUTS: SEARCH kernel_step": OF_RUN,
  "step-rows.ts: ERASE_NAMED: SEARCH kernel_step":
    "the items of one step: the range holds few others",
  "step-rows.ts: AGENDA: SCAN kernel_step": FIRST_OF_INDEX,
  "step-rows.ts: AGENDA: SEARCH n": FIRST_OF_INDEX,
  "step-rows.ts: AGENDA: SEARCH s": FIRST_OF_INDEX,
  "step-rows.ts: AGENDA: SEARCH kernel_step": FIRST_OF_INDEX,
  "step-rows.ts: LIST_UNBEGUN: SCAN r": "the start of a store's object, once",
  "step-rows.ts: LIST_UNBEGUN: SEARCH s": "the first step of each run is enough",
  "step-rows.ts: COUNT_CLAIMED: SEARCH kernel_step":
    "the steps under way, which their handler bounds",
  "dead-letter-table.ts: FORGET_OLD: SEARCH dead_letter": ERASES,
  "dead-letter-catalog.ts: SCHEDULE: SEARCH job_letter": "it stops at the oldest ten thousand",
  "dead-letter-catalog.ts: SCHEDULE: SEARCH last": "it stops at the last of the project",
  "dead-letter-catalog.ts: LIST_SCHEDULED: SEARCH job_letter": "the letters whose turn has come",
  "dead-letter-catalog.ts: FORGET_OLD: SEARCH job_letter": ERASES,
  "dead-message-catalog.ts: FORGET_OLD: SEARCH dead_letter": ERASES,
  "open-work-catalog.ts: LIST_DUE: SEARCH open_work":
    "it stops at the five hundred longest overdue, of three indexes",
  "open-work-catalog.ts: LIST_DUE: SEARCH s":
    "it stops at the five hundred longest overdue, of three indexes",
  "corpus.ts: COUNT_CHUNKS: SEARCH chunk": "only checks of a whole store ask it",
  "corpus.ts: COUNT_CHUNKS: SEARCH document": "only checks of a whole store ask it",
  "corpus.ts: ERASE_CHUNKS: SEARCH chunk": ERASES,
  "corpus.ts: ERASE_DOCUMENTS: SEARCH document": ERASES,
  "file-catalog.ts: MARK_EXPIRED: SEARCH file": ERASES,
  "project-catalog.ts: LIST_KEYS: SEARCH api_key": "the keys of one project, which people make",
  "run-catalog.ts: FORGET_REMOVED: SEARCH run": ERASES,
  "run-catalog.ts: LIST_ENDED: SCAN run":
    "it stops at the hundred that ended first; open runs before them are few",
  "request-key-catalog.ts: FORGET: SEARCH request_key": ERASES,
  "conversation-tables.ts: LIST_UNFOLDED: SCAN response": ERASES,
  "store-catalog.ts: LIST_IDS: SEARCH vector_store":
    "a page of two indexes, each in the order of the list",
};

const ADVICE = `These statements read rows of a table that grows, as many as there are. Look at the plan:
- a join with json_each is written "json_each(…) CROSS JOIN table", so that the planner looks each value up;
- a cursor that may be missing is "id < coalesce(?1, x'')", since "?1 IS NULL OR id < ?1" bounds no index;
- what remains needs an index (a new file in migrations), or it needs not be asked.
A statement that has to read them (it erases them all, say) is named in MAY_READ_MANY of this file, with the reason.`;

const statements = await collectStatements();

const nameOf = ({ module, name }: Statement) => `${module.split("/").at(-1)}: ${name}`;

/** Reads of many rows, each by the statement's name and the table's, with the whole line of the plan. */
function costly(
  databases: ReadonlyMap<string, FilledDatabase>,
  among: readonly Statement[] = statements,
): Map<string, string> {
  const found = new Map<string, string>();
  for (const statement of among) {
    const database = databases.get(MODULES[statement.module] ?? "");
    for (const read of database ? findCostlyReads(database, statement.sql) : []) {
      const name = `${nameOf(statement)}: ${read.split(" ").slice(0, 2).join(" ")}`;
      found.set(name, read);
    }
  }
  return found;
}

function fillAll(): Map<string, FilledDatabase> {
  const folders = new Set(Object.values(MODULES).filter((folder) => folder !== null));
  return new Map(Array.from(folders, (folder) => [folder, fillDatabase(folder)]));
}

describe("statements", () => {
  const databases = fillAll();

  it("read no table that grows as a whole, with and without statistics", ({ expect }) => {
    const found = costly(databases);
    for (const { db } of databases.values()) db.exec("ANALYZE");
    for (const [name, read] of costly(databases)) found.set(name, read);
    const unexpected = [...found].filter(([name]) => MAY_READ_MANY[name] === undefined);
    expect(unexpected, ADVICE).toEqual([]);
    const idle = Object.keys(MAY_READ_MANY).filter((name) => !found.has(name));
    expect(idle, "These read few rows by now: take them out of MAY_READ_MANY").toEqual([]);
  });

  it("keep the order of their joins if the statistics are of a time when tables were small", ({
    expect,
  }) => {
    for (const { db } of databases.values()) {
      db.exec("ANALYZE; UPDATE sqlite_stat1 SET stat = '3 1 1 1'; ANALYZE sqlite_schema");
    }
    const ordered = statements.filter(({ sql }) => /json_each\([^]*JOIN /.test(sql));
    expect(ordered.length).toBeGreaterThan(0);
    const unexpected = [...costly(databases, ordered)].filter(
      ([name]) => MAY_READ_MANY[name] === undefined,
    );
    expect(unexpected, ADVICE).toEqual([]);
  });

  it("bound an index also by a cursor that may be missing", ({ expect }) => {
    const unbounded = statements.filter(({ sql }) =>
      /\? ?\d* IS NULL OR \(?\w+[^)]*\)? [<>]/.test(sql),
    );
    expect(unbounded.map(nameOf), ADVICE).toEqual([]);
  });

  it("are all looked at", ({ expect }) => {
    expect(
      findUncollected(statements),
      `Make each a constant of its module, which is listed in MODULES of statements.ts, or call its method there.`,
    ).toEqual([]);
  });
});

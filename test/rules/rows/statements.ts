import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { ItemTables } from "../../../durable-objects/conversation/tables/item-tables.ts";
import { ResponseList } from "../../../durable-objects/conversation/tables/response-list.ts";
import { IngestWorkflow } from "../../../durable-objects/vector-store/ledger/ingest-workflow.ts";
import { VectorStoreFiles } from "../../../durable-objects/vector-store/tables/attachments.ts";
import { VectorStoreTables } from "../../../durable-objects/vector-store/tables/store-tables.ts";
import { KernelStorage } from "../../../src/kernel/rows/kernel-storage.ts";
import type { PageRequest } from "../../../src/page.ts";
import { listConversations } from "../../../src/platform/databases/conversation-catalog.ts";
import { DeadLetterCatalog } from "../../../src/platform/databases/dead-letter-catalog.ts";
import { findPlaces } from "../../../src/platform/databases/find-places.ts";
import { projectCatalog } from "../../../src/platform/databases/project-catalog.ts";
import { listRuns } from "../../../src/platform/databases/run-list.ts";
import { listSchedules } from "../../../src/platform/databases/schedule-catalog.ts";
import { listStores } from "../../../src/platform/databases/store-catalog.ts";
import { listWaitingRuns } from "../../../src/platform/databases/wait-catalog.ts";
import { WorkflowCatalog } from "../../../src/platform/databases/workflow-catalog.ts";
import { sqlStorageOf } from "../node-sql.ts";

const ROOT = join(import.meta.dirname, "../../..");
const STATEMENT = /^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\s/;
/** A text in a source that begins as a statement does. */
const LITERAL = /(["`])\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH)\s[^]*?\1/g;

/**
 * For each module with SQL statements: the folder of migrations that create its tables; null if it uses no table of the
 * service.
 */
export const MODULES: Readonly<Record<string, string | null>> = {
  "durable-objects/conversation/tables/conversation-tables.ts": "conversation",
  "durable-objects/conversation/tables/item-tables.ts": "conversation",
  "durable-objects/conversation/tables/list-busy.ts": "conversation",
  "durable-objects/conversation/tables/response-list.ts": "conversation",
  "durable-objects/conversation/answers/redrive-answer.ts": "conversation",
  "durable-objects/conversation/listing/listing-tables.ts": "conversation",
  "durable-objects/conversation/tables/turn-tables.ts": "waiting-turn",
  "durable-objects/dead-letters/dead-letter-table.ts": "dead-letter",
  "durable-objects/embedding-cache/cache-tables.ts": "embedding-cache",
  "durable-objects/lane/lane-tables.ts": "lane",
  "durable-objects/run/run-tables.ts": "run",
  "durable-objects/schedule/schedule-tables.ts": "schedule",
  "durable-objects/search-shard/tables/chunk-tables.ts": "search-shard",
  "durable-objects/search-shard/tables/merge-tables.ts": "search-shard",
  "durable-objects/search-shard/tables/copy-tables.ts": "search-shard",
  "durable-objects/search-shard/tables/followed-table.ts": "search-shard",
  "durable-objects/search-shard/tables/analyzer-table.ts": "search-shard",
  "durable-objects/search-shard/tables/follower-table.ts": "search-shard",
  "durable-objects/search-shard/tables/outgoing-tables.ts": "search-shard",
  "durable-objects/search-shard/tables/segment-tables.ts": "search-shard",
  "durable-objects/search-shard/tables/removal-tables.ts": "search-shard",
  "durable-objects/search-shard/tables/staged-tables.ts": "search-shard",
  "durable-objects/search-shard/tables/stored-chunk-tables.ts": "search-shard",
  "durable-objects/search-shard/tables/unindexed-tables.ts": "search-shard",
  "durable-objects/search-shard/tables/vector-tables.ts": "search-shard",
  "durable-objects/search-shard/tables/code-tables.ts": "search-shard",
  "durable-objects/search-shard/tables/damage-tables.ts": "search-shard",
  "durable-objects/vector-store/tables/attachments.ts": "vector-store",
  "durable-objects/vector-store/tables/file-copies.ts": "vector-store",
  "durable-objects/vector-store/tables/generation-shard.ts": "vector-store",
  "durable-objects/vector-store/reindex/question-log.ts": "vector-store",
  "durable-objects/vector-store/reindex/reindex-table.ts": "vector-store",
  "durable-objects/vector-store/ledger/ingest-workflow.ts": "vector-store",
  "durable-objects/vector-store/reconcile/reconciliation-table.ts": "vector-store",
  "durable-objects/vector-store/tables/file-batches.ts": "vector-store",
  "durable-objects/vector-store/tables/placement-table.ts": "vector-store",
  "durable-objects/vector-store/tables/shard-follower-table.ts": "vector-store",
  "durable-objects/vector-store/tables/store-tables.ts": "vector-store",
  "durable-objects/vector-writer/journal-tables.ts": "vector-writer",
  "durable-objects/vector-writer/watch-table.ts": "vector-writer",
  "src/kernel/rows/held-rows.ts": "kernel",
  "src/kernel/rows/kernel-storage.ts": "kernel",
  "src/kernel/rows/migrate.ts": null,
  "src/kernel/rows/signal-rows.ts": "kernel",
  "src/kernel/rows/step-rows.ts": "kernel",
  "src/platform/databases/api-keys.ts": "catalog",
  "src/platform/databases/attachable-files.ts": "catalog",
  "src/platform/databases/conversation-catalog.ts": "catalog",
  "src/platform/databases/corpus.ts": "corpus",
  "src/platform/databases/corpus-room.ts": "catalog",
  "src/platform/databases/dead-letter-catalog.ts": "catalog",
  "src/platform/databases/dead-message-catalog.ts": "catalog",
  "src/platform/databases/erased-index.ts": "corpus",
  "src/platform/databases/file-catalog.ts": "catalog",
  "src/platform/databases/find-places.ts": "catalog",
  "src/platform/databases/list-page.ts": "catalog",
  "src/platform/databases/open-work-catalog.ts": "catalog",
  "src/platform/databases/project-catalog.ts": "catalog",
  "src/platform/databases/project-grants.ts": "catalog",
  "src/platform/databases/project-secrets.ts": "catalog",
  "src/platform/databases/project-settings.ts": "catalog",
  "src/platform/databases/request-key-catalog.ts": "catalog",
  "src/platform/databases/response-catalog.ts": "catalog",
  "src/platform/databases/run-archive.ts": "corpus",
  "src/platform/databases/run-catalog.ts": "catalog",
  "src/platform/databases/run-list.ts": "catalog",
  "src/platform/databases/schedule-catalog.ts": "catalog",
  "src/platform/databases/store-catalog.ts": "catalog",
  "src/platform/databases/sweep-catalog.ts": "catalog",
  "src/platform/databases/upload-catalog.ts": "catalog",
  "src/platform/databases/wait-catalog.ts": "catalog",
  "src/platform/databases/workflow-catalog.ts": "catalog",
  // The operator's tables, and the schema of those.
  "src/platform/measure-tables.ts": null,
  "src/platform/read-only-query.ts": null,
  "src/workflow/built-in/customer-service.ts": null,
  "src/workflow/steps/sql-query/statement.ts": null,
};

/** A SQL statement in the source of the service. */
export type Statement = {
  readonly module: string;
  /** Name of the constant that has it, or of the method that builds it. */
  readonly name: string;
  readonly sql: string;
};

/** Collects every SQL statement of the service: the constants of modules, and those that methods build from parts. */
export async function collectStatements(): Promise<Statement[]> {
  const modules = Object.entries(MODULES).flatMap(([path, folder]) => (folder ? [path] : []));
  const constants = await Promise.all(modules.map(constantsOf));
  return [...constants.flat(), ...(await recordStatements())];
}

/** Lists the texts in the sources that look like SQL statements but are not the beginning of any collected one. */
export function findUncollected(statements: readonly Statement[]): string[] {
  return sources().flatMap((module) => {
    const folder = MODULES[module];
    if (folder === null) return [];
    const own = statements.filter((one) => one.module === module).map(({ sql }) => squeeze(sql));
    return literalsIn(module).flatMap((literal) => {
      const fragments = literal.slice(1, -1).split(/\$\{[^]*?\}/);
      const begins = squeeze(fragments[0] ?? "");
      return own.some((sql) => sql.startsWith(begins)) ? [] : [`${module}: ${begins}`];
    });
  });
}

const squeeze = (text: string) => text.replaceAll("\\\\", "\\").replaceAll(/\s+/g, " ").trim();

function sources(): string[] {
  return ["src", "durable-objects"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .map((path) => `${folder}/${path}`)
      .toSorted(),
  );
}

function literalsIn(module: string): string[] {
  const source = readFileSync(join(ROOT, module), "utf8");
  return source.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, "").match(LITERAL) ?? [];
}

const Constants = z.object({ CONSTANTS: z.record(z.string(), z.unknown()) });

async function constantsOf(module: string): Promise<Statement[]> {
  const path = join(ROOT, module);
  const { CONSTANTS } = Constants.parse(await import(/* @vite-ignore */ `${path}?constants`));
  return Object.entries(CONSTANTS).flatMap(([name, value]) =>
    [value].flat().flatMap((sql) => {
      const isStatement = typeof sql === "string" && STATEMENT.test(sql);
      return isStatement ? [{ module, name, sql }] : [];
    }),
  );
}

/** Calls the methods that put a statement together, on databases that only write down what they are asked. */
async function recordStatements(): Promise<Statement[]> {
  const found: Statement[] = [];
  const record = (module: string, name: string) => (sql: string) => {
    if (STATEMENT.test(sql)) found.push({ module, name, sql });
  };
  recordObjects(record);
  await recordCatalog(record);
  return found;
}

type Recorder = (module: string, name: string) => (sql: string) => void;

function recordObjects(record: Recorder): void {
  const files = "durable-objects/vector-store/tables/attachments.ts";
  const sqlFor = (module: string, name: string) => objectSql(record(module, name));
  for (const order of ["asc", "desc"] as const) {
    for (const [after, before] of [
      [null, null],
      [5, null],
      [null, 7],
      [5, 7],
    ] as const) {
      for (const status of [null, "failed"] as const) {
        for (const batchId of [null, "vsfb_1"] as const) {
          const of = `page${batchId === null ? "" : "OfBatch"}${status === null ? "" : "ByStatus"}`;
          new VectorStoreFiles(sqlFor(files, of)).page(
            { limit: 20, order, after, before, status },
            batchId,
          );
        }
      }
      const items = "durable-objects/conversation/tables/item-tables.ts";
      const page = {
        limit: 20,
        order,
        ...(after && { after: "msg_1" }),
        ...(before && { before: "msg_2" }),
      };
      new ItemTables(sqlFor(items, "inputPage")).inputPage("resp_1", page);
      new ItemTables(sqlFor(items, "conversationPage")).conversationPage(page);
      const responses = "durable-objects/conversation/tables/response-list.ts";
      new ResponseList(sqlFor(responses, "page")).page(page);
    }
  }
  new ItemTables(sqlFor("durable-objects/conversation/tables/item-tables.ts", "joined")).joined(
    "msg_1",
  );
  const tables = "durable-objects/vector-store/tables/store-tables.ts";
  new VectorStoreTables(sqlFor(tables, "clear")).clear();
  new KernelStorage(sqlFor("src/kernel/rows/kernel-storage.ts", "eraseRun")).eraseRun("run_1");
  const ingest = sqlFor("durable-objects/vector-store/ledger/ingest-workflow.ts", "use");
  new IngestWorkflow(ingest, new VectorStoreFiles(ingest)).use(null);
}

const BOTH = { after: "id_1", before: "id_2" };
const CURSORS = [
  { id: "id_1", createdAt: 1 },
  { id: "id_2", createdAt: 2 },
];

async function recordCatalog(record: Recorder): Promise<void> {
  const databases = "src/platform/databases";
  for (const order of ["asc", "desc"] as const) {
    for (const cursor of [{}, { after: "id_1" }, { before: "id_1" }, BOTH]) {
      const query = { limit: 20, order, ...cursor };
      const page = d1(record(`${databases}/list-page.ts`, "listPage"));
      await listStores(page, "proj_1", query);
      await listSchedules(page, "proj_1", query);
      await listConversations(page, "proj_1", query);
      await listWaitingRuns(page, "proj_1", query, 1);
      await new WorkflowCatalog(page, "proj_1").list(query);
      await filterLists(record, page, query);
      const places = d1(record(`${databases}/find-places.ts`, "findPlaces"));
      await findPlaces(places, "proj_1", { table: "listed_response", kind: "one" }, query);
      const letters = d1(record(`${databases}/dead-letter-catalog.ts`, "list"));
      await new DeadLetterCatalog(letters, "proj_1").list(query, 1);
      const catalog = d1(record(`${databases}/run-list.ts`, "listRuns"));
      const archived = d1(record(`${databases}/run-archive.ts`, "listRuns"));
      const lists = { catalog, archive: { open: () => archived } };
      for (const some of [{}, { status: "failed" }, { workflow: "refund" }] as const) {
        await listRuns(lists, "proj_1", { ...query, ...some });
      }
    }
  }
}

/** Asks for the lists with filters, and for those of projects, which have filters too. */
async function filterLists(record: Recorder, plain: D1Database, query: PageRequest<string>) {
  const filtered = d1(record("src/platform/databases/list-page.ts", "filterPage"));
  await listStores(filtered, "proj_1", { ...query, name: "a", status: "expired" });
  await listConversations(filtered, "proj_1", { ...query, title: "a" });
  await new WorkflowCatalog(filtered, "proj_1").list({ ...query, name: "a" });
  for (const status of [undefined, "active"] as const) {
    const page = { limit: 20, after: query.after ?? undefined, status };
    await projectCatalog(plain).list(page);
    await projectCatalog(filtered).list({ ...page, name: "a" });
  }
}

/** An object's SQLite in which every look-up finds one row with a number. */
const objectSql = (record: (sql: string) => void): SqlStorage =>
  sqlStorageOf((query) => {
    record(query);
    return [{ seq: 7, id: "run_1", body: "{}" }];
  });

/** Finds the rows without which the service asks nothing more: places of cursors, and databases with archived runs. */
function findRows(query: string): object[] {
  if (query.startsWith("SELECT number")) return [{ number: 0 }];
  if (query.startsWith("SELECT id, created_at")) return CURSORS;
  if (!query.startsWith("SELECT r.id, r.created_at")) return [];
  // Of the catalog's runs one cursor, so that the archive is asked for the other.
  return query.includes("CROSS JOIN run ") ? CURSORS.slice(0, 1) : CURSORS;
}

function d1(record: (sql: string) => void): D1Database {
  const database = {
    prepare: (query: string) => {
      record(query);
      const answer = { results: findRows(query) };
      const statement = { all: async () => answer, bind: () => statement, answer };
      return statement;
    },
    batch: async (statements: readonly { answer: object }[]) =>
      statements.map(({ answer }) => answer),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the methods that are called use no more of it
  return database as unknown as D1Database;
}

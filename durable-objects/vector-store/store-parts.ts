import { IngestWorkflow } from "./ledger/ingest-workflow.ts";
import { StoreLedger } from "./ledger/store-ledger.ts";
import { HotShards } from "./reindex/hot-shards.ts";
import { QuestionLog } from "./reindex/question-log.ts";
import { ReindexTable } from "./reindex/reindex-table.ts";
import { VectorStoreFiles } from "./tables/attachments.ts";
import { VectorStoreTables } from "./tables/store-tables.ts";

/** The tables of a store, and the ledger that changes them. */
export type StoreParts = {
  readonly tables: VectorStoreTables;
  readonly files: VectorStoreFiles;
  readonly workflow: IngestWorkflow;
  readonly ledger: StoreLedger;
  readonly reindexes: ReindexTable;
  readonly questions: QuestionLog;
  readonly hot: HotShards;
};

/** Creates the parts of a store's object on its storage. */
export function createStoreParts(sql: SqlStorage, env: Env): StoreParts {
  const tables = new VectorStoreTables(sql);
  const files = new VectorStoreFiles(sql, () => tables.serving());
  const workflow = new IngestWorkflow(sql, files);
  const ledger = new StoreLedger(tables, files, workflow);
  const [reindexes, questions] = [new ReindexTable(sql), new QuestionLog(sql, env, tables)];
  const hot = new HotShards();
  return { tables, files, workflow, ledger, reindexes, questions, hot };
}

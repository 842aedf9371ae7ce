import type { CorpusShardNumber } from "../../../src/knowledge/shard-numbers.ts";
import type { Attachment } from "../tables/attachment-row.ts";
import type { VectorStoreFiles } from "../tables/attachments.ts";
import { ingest, stopIngest } from "./file-status.ts";
import type { StoreChange } from "./store-changes.ts";
import type { StoreLedger } from "./store-ledger.ts";

/**
 * Moves the record of a file that is being indexed to the corpus database `to`, because its own is full. What that one
 * may have of the file is purged, in both generations. The file is indexed again under a higher version, before anything is written to `to`,
 * so that the store knows at each moment which databases have chunks of it.
 */
export function moveRecord(
  { files, ledger }: { readonly files: VectorStoreFiles; readonly ledger: StoreLedger },
  change: StoreChange,
  file: Attachment,
  to: CorpusShardNumber,
): void {
  stopIngest(change, file);
  ledger.burials.purgeRecord(change, file);
  file.version = ++change.store.lastVersion;
  file.corpusShard = to;
  file.takes = 0;
  files.save(file);
  ingest(change, file);
}

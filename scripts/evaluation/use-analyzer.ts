import { setTimeout as wait } from "node:timers/promises";

import type OpenAI from "openai";
import { z } from "zod";

const Index = z.object({ analyzer_version: z.number() });
const Reindex = z.object({ status: z.string(), file_counts: z.object({ failed: z.number() }) });
/** Time in which a store of an evaluation is indexed again; without a model, this takes about a minute for 5,000 files. */
const PATIENCE_MS = 1_800_000;

/** Lets a store be searched by a version of the analyzer: reindexes it, unless it is searched by this version already. */
export async function useAnalyzer(client: OpenAI, storeId: string, version: number): Promise<void> {
  const path = `/vector_stores/${storeId}`;
  const index = Index.parse(await client.get(`${path}/index`));
  if (index.analyzer_version === version) return;
  const until = async (status: string) => {
    for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await wait(200)) {
      const reindex = Reindex.parse(await client.get(`${path}/reindex`));
      if (reindex.file_counts.failed > 0) break;
      if (reindex.status === status) return;
    }
    throw new Error(`The reindex of ${storeId} does not become ${status}`);
  };
  await client.post(`${path}/reindex`, { body: { analyzer_version: version } });
  await until("ready");
  await client.post(`${path}/reindex/switch`);
  await client.post(`${path}/reindex/finish`);
  await until("completed");
}

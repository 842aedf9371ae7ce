/**
 * The files of more than 3 s, the longest of each project first: begun last, one of them would run alone at the end. A
 * path is as much of it as no other file has.
 */
export const LONGEST: readonly string[] = [
  // process
  "operations/upgrade-and-restore.test.ts",
  "deploy/deploy.test.ts",
  "http/service.test.ts",
  "reindex/reindex.test.ts",
  "operations/embedding-outage.test.ts",
  "process/kernel/safety-rules.test.ts",
  // rules
  "ingest/long-files.test.ts",
  "answer/find-addressed.test.ts",
  "slices/slices.test.ts",
  "dense/cut-scan.test.ts",
  "dense/coded-recall.test.ts",
  "stored/histories.test.ts",
  "chunks/cut-chunks.test.ts",
  "answer/output-any-text.test.ts",
  "rules/ingest/extract-text.test.ts",
  "rules/ingest/html-to-markdown.test.ts",
  "retrieval/segments.test.ts",
  // worker
  "worker/ingest/hostile-files.test.ts",
  "retrieval/ended-transactions.test.ts",
  "bounds/echoes.test.ts",
  "retrieval/vectorize.test.ts",
  "bounds/large-values.test.ts",
  "conversation/lists.test.ts",
  "ingest/hostile-pdf.test.ts",
  "http/failing-uploads.test.ts",
  "kernel/crash-fuzz.test.ts",
  "retrieval/upkeep.test.ts",
  "schedules/crashes.test.ts",
  "conformance/bad-documents.test.ts",
  "retrieval/tiers.test.ts",
  "corpus/full-corpus.test.ts",
  "stores/vector-store.test.ts",
  "conversation/dispatched-answers.test.ts",
  "conversation/gullible-model.test.ts",
  "runs/dispatched-runs.test.ts",
];

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
  // long-worker
  "ingest/hostile-files.long.test.ts",
  "retrieval/ended-transactions.long.test.ts",
  "conversation/lists.long.test.ts",
  "bounds/echoes.long.test.ts",
  "followers/histories.long.test.ts",
  "stores/reindex-waits.long.test.ts",
  "ingest/hostile-pdf.long.test.ts",
  "queues/complaints.long.test.ts",
  "bounds/provider-floods.long.test.ts",
  "conformance/bad-documents.long.test.ts",
  // long-rules
  "stored/histories.long.test.ts",
  "ingest/long-files.long.test.ts",
  // worker
  "stores/vectorize.test.ts",
  "conversation/dispatched-answers.test.ts",
  "conversation/judge.test.ts",
  "conversation/model-away.test.ts",
  "stores/reindex-layout.test.ts",
  "dead-letters/refusals-and-faults.test.ts",
  "conversation/unopened-reasoning.test.ts",
  "stores/pages.test.ts",
  // rules
  "answer/output-any-text.test.ts",
  "rules/ingest/extract-text.test.ts",
  "rules/ingest/html-to-markdown.test.ts",
];

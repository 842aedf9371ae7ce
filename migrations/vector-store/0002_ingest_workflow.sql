-- The project's own ingestion workflow, with its sub-workflows, as it was when a file was attached last. No row: the built-in one.
CREATE TABLE ingest_workflow (
  singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
  version INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;

-- The idempotency keys of requests that created something in the catalog: a file, a version of a workflow. A row is
-- written by the transaction that creates it, and stays after it is deleted, so that a repeated request learns that. `key`
-- begins with the day, so the sweep finds rows that have ended by it, without an index of times.
CREATE TABLE request_key (
  key TEXT PRIMARY KEY,
  project_id TEXT NOT NULL,
  -- SHA-256 of what the request sent.
  content TEXT NOT NULL,
  -- The id of what was created.
  made TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The tables as the migrations up to 0003 leave them, for objects that begin today; a test holds the two alike.
--
-- A conversation, its items and its responses. The log says in order what happened, by facts and ids alone; it is never
-- changed. What people wrote stands in the rows of item, response and answer_batch, so that it can be erased.
CREATE TABLE conversation (
  id TEXT PRIMARY KEY,
  metadata TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE log (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  fact TEXT NOT NULL,
  subject TEXT NOT NULL
) STRICT;

CREATE TRIGGER log_never_changes BEFORE UPDATE ON log
BEGIN SELECT RAISE(ABORT, 'log is append-only'); END;

CREATE TRIGGER log_never_shrinks BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'log is append-only'); END;

-- A deleted response keeps its row, without what was written, because its children's history goes through it.
CREATE TABLE response (
  id TEXT PRIMARY KEY,
  conversation_id TEXT,
  previous_id TEXT,
  scope TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN
    ('queued', 'in_progress', 'completed', 'incomplete', 'failed', 'cancelled', 'deleted')),
  request TEXT,
  settled TEXT,
  folded INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  due INTEGER,
  -- The numbers of its first and last item; items of others may be between them. Null without items.
  first_seq INTEGER,
  last_seq INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX response_due ON response (due) WHERE due IS NOT NULL;

-- Items stand in the order in which they came. A response's items join its conversation when it has completed.
CREATE TABLE item (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  response_id TEXT,
  side TEXT NOT NULL CHECK (side IN ('added', 'input', 'output')),
  in_conversation INTEGER NOT NULL,
  body TEXT,
  -- Of a copy: the response of its original. Null for any other item.
  origin_id TEXT
) STRICT;

-- What an answer in progress has come to: one row for all facts that were released together.
CREATE TABLE answer_batch (
  response_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  version INTEGER NOT NULL,
  facts TEXT NOT NULL,
  PRIMARY KEY (response_id, seq)
) STRICT, WITHOUT ROWID;

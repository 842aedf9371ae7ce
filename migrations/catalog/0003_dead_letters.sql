-- Messages that a consumer gave up on, kept where a person can see, redrive or discard them.
CREATE TABLE dead_letter (
  -- The message's own id in the dead letter queue: a message delivered twice is kept once.
  id TEXT PRIMARY KEY,
  queue TEXT NOT NULL,
  -- Null when the message does not say whose it was.
  project_id TEXT,
  body TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX dead_letter_by_project ON dead_letter (project_id, created_at);

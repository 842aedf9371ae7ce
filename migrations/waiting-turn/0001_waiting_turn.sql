-- Responses in the background that wait for their turn in a conversation, in the order of their arrival. A response that
-- a project's own workflow makes has a row for each definition that its run will keep: the name is empty for the workflow
-- itself. Any other response has one row without a name. The rows go when the turn begins, or is cancelled. An object
-- creates the table with the first response that waits, so that others do not pay for it.
CREATE TABLE IF NOT EXISTS waiting_turn (
  seq INTEGER PRIMARY KEY,
  response_id TEXT NOT NULL,
  name TEXT,
  version INTEGER,
  body TEXT
) STRICT;

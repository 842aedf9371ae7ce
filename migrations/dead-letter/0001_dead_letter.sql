-- The dead letters of an object's jobs: a row is written in the transaction that ends a job, and copied to D1 by the
-- alarm. A row without `due` is in D1; it stays so that the object knows its letter when the job has run again, until the
-- job completes, or 30 days. An object creates the table with its first letter, so that others do not pay for it.
CREATE TABLE IF NOT EXISTS dead_letter (
  -- What the object calls the job, such as the id of its run.
  job TEXT PRIMARY KEY,
  id TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('open', 'completed', 'cancelled')),
  version INTEGER NOT NULL,
  body TEXT NOT NULL,
  died_at INTEGER NOT NULL,
  due INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS dead_letter_due ON dead_letter (due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS dead_letter_by_death ON dead_letter (died_at);

-- The jobs of one lane that wait, or that were sent to its queue and whose end was not reported. A job is a step of a
-- run. Times are milliseconds since the epoch. Without further indexes, since each would cost a row with each job: the
-- order of waiting jobs is in the object's memory, read from here when it starts.
CREATE TABLE job (
  run_id TEXT NOT NULL,
  step TEXT NOT NULL,
  -- Orders the waiting jobs of a project.
  seq INTEGER NOT NULL,
  lane TEXT NOT NULL,
  project_id TEXT NOT NULL,
  lease TEXT NOT NULL,
  tokens INTEGER NOT NULL,
  -- The message for the queue, as JSON: ids and a lease.
  message TEXT NOT NULL,
  came_at INTEGER NOT NULL,
  -- Null while the job waits.
  sent_at INTEGER,
  sends INTEGER NOT NULL,
  PRIMARY KEY (run_id, step)
) STRICT, WITHOUT ROWID;

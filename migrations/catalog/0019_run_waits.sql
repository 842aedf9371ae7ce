-- The runs that wait for somebody now: for a signal, a decision or a resume. The object of a run writes its row when such a wait
-- begins, and deletes it when a signal has ended the last one. A row goes with the run, and the sweep of open work writes or
-- deletes one that is out of date, within an hour: also that of a run that was waiting before there was this table. Times are milliseconds since the epoch.
CREATE TABLE run_wait (
  project_id TEXT NOT NULL REFERENCES project (id),
  -- The id of the run, or of the response that it answers.
  id TEXT NOT NULL,
  workflow TEXT NOT NULL,
  -- The waits as JSON, in the shape of the API.
  waits TEXT NOT NULL,
  -- When the last of the waits ends by itself; null if one does not.
  until INTEGER,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (project_id, id)
) STRICT, WITHOUT ROWID;

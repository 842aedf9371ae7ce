-- Work that has not ended, by the object that owns it, so that the cron trigger finds what a lost alarm, a lost message or
-- a killed process left open. A response enters it when it has been open for a minute; a store while it indexes or erases.
-- Runs are found by run.poke_at. A row goes with the end of its work, and with its project. Times are milliseconds.
CREATE TABLE open_work (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('response', 'store')),
  project_id TEXT NOT NULL REFERENCES project (id),
  region TEXT NOT NULL,
  -- The owner's last sign of life, and when the sweep calls it.
  seen_at INTEGER NOT NULL,
  poke_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- With all that the sweep needs.
CREATE INDEX open_work_by_turn ON open_work (poke_at, id, kind, project_id, region);

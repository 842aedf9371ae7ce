-- One schedule: what its owner chose, the ticks that wait for a run to end, and the runs that it started or is about to.
-- Times of ticks and wake-ups are in milliseconds, the others in seconds.
CREATE TABLE schedule (
  singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
  id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  region TEXT NOT NULL,
  phase TEXT NOT NULL CHECK (phase IN ('live', 'deleted')),
  created_at INTEGER NOT NULL,
  workflow TEXT NOT NULL,
  input TEXT NOT NULL,
  cron TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  catch_up TEXT NOT NULL CHECK (catch_up IN ('skip', 'latest', 'all')),
  overlap TEXT NOT NULL CHECK (overlap IN ('allow', 'skip', 'queue')),
  is_paused INTEGER NOT NULL CHECK (is_paused IN (0, 1)),
  metadata TEXT NOT NULL,
  -- The first tick that nothing was decided about; every tick up to decided_at was decided about.
  next_at INTEGER,
  decided_at INTEGER NOT NULL,
  look_at INTEGER,
  last_at INTEGER,
  last_run_id TEXT,
  skipped INTEGER NOT NULL,
  error_message TEXT,
  error_at INTEGER,
  version INTEGER NOT NULL,
  summary_due INTEGER
) STRICT;

CREATE TABLE waiting_tick (
  tick INTEGER PRIMARY KEY
) STRICT;

-- A row is written before its run is started, and goes when the run is known to have ended.
CREATE TABLE start (
  seq INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  tick INTEGER NOT NULL,
  phase TEXT NOT NULL CHECK (phase IN ('starting', 'open')),
  attempt INTEGER NOT NULL,
  since INTEGER NOT NULL,
  due INTEGER,
  run_id TEXT
) STRICT;

CREATE INDEX start_by_phase ON start (phase, due);

-- Runs that somebody asked for under an idempotency key, for a day.
CREATE TABLE trigger_key (
  key TEXT PRIMARY KEY,
  run_id TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

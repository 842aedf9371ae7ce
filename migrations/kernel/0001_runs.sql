-- The step kernel's tables, in every object that runs workflows. A step gets its row when it becomes ready;
-- a step without a row waits for the steps it needs. A run's row is its first event.
CREATE TABLE kernel_definition (
  id INTEGER PRIMARY KEY,
  body TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE kernel_run (
  id TEXT PRIMARY KEY,
  definition_id INTEGER NOT NULL REFERENCES kernel_definition (id),
  status TEXT NOT NULL CHECK (status IN ('running', 'completed', 'failed', 'cancelled')),
  input TEXT NOT NULL,
  error_step TEXT,
  error_message TEXT,
  created_at INTEGER NOT NULL,
  settled_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE kernel_step (
  run_id TEXT NOT NULL,
  step TEXT NOT NULL,
  use TEXT NOT NULL,
  phase TEXT NOT NULL CHECK (phase IN ('ready', 'claimed', 'completed', 'failed', 'cancelled')),
  attempt INTEGER NOT NULL,
  due INTEGER,
  lease TEXT,
  first_at INTEGER,
  deadline INTEGER,
  output TEXT,
  message TEXT,
  PRIMARY KEY (run_id, step),
  CHECK ((due IS NOT NULL) = (phase IN ('ready', 'claimed'))),
  CHECK ((lease IS NOT NULL) = (phase = 'claimed'))
) STRICT, WITHOUT ROWID;

-- Every question of the pump and of the alarm is answered by this index, and settled steps leave it.
CREATE INDEX kernel_step_due ON kernel_step (use, phase, due) WHERE due IS NOT NULL;

CREATE TABLE kernel_event (
  run_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  type TEXT NOT NULL,
  step TEXT,
  detail TEXT,
  PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER kernel_event_never_changes BEFORE UPDATE ON kernel_event
BEGIN SELECT RAISE(ABORT, 'kernel_event is append-only'); END;

CREATE TRIGGER kernel_event_goes_with_its_run BEFORE DELETE ON kernel_event
WHEN EXISTS (SELECT 1 FROM kernel_run WHERE id = OLD.run_id)
BEGIN SELECT RAISE(ABORT, 'kernel_event is append-only'); END;

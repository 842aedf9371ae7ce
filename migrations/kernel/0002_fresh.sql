-- The kernel's tables as the migrations up to 0002 leave them, for objects that begin today; a test holds the two alike.
CREATE TABLE kernel_definition (
  id INTEGER PRIMARY KEY,
  body TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE kernel_run (
  id TEXT PRIMARY KEY,
  definition_id INTEGER NOT NULL REFERENCES kernel_definition (id),
  status TEXT NOT NULL CHECK (status IN ('running', 'paused', 'undoing', 'completed', 'failed', 'cancelled')),
  input TEXT NOT NULL,
  -- What the definition's `output` came to; null without one, and until the run has completed.
  output TEXT,
  error_step TEXT,
  error_message TEXT,
  -- How the run ends once what it did is undone.
  outcome TEXT CHECK (outcome IN ('failed', 'cancelled')),
  -- The run whose step waits for this one, and the run at the top, which pins the definitions of all.
  parent_run TEXT,
  parent_step TEXT,
  root_run TEXT NOT NULL,
  depth INTEGER NOT NULL DEFAULT 0,
  -- Of the run at the top: how many steps and items it and the runs under it have been given.
  size INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  settled_at INTEGER,
  CHECK ((parent_run IS NULL) = (parent_step IS NULL)),
  CHECK ((settled_at IS NOT NULL) = (status IN ('completed', 'failed', 'cancelled')))
) STRICT, WITHOUT ROWID;

-- The definitions that a run's sub-workflows had when it was started.
CREATE TABLE kernel_pin (
  run_id TEXT NOT NULL,
  workflow TEXT NOT NULL,
  definition_id INTEGER NOT NULL REFERENCES kernel_definition (id),
  PRIMARY KEY (run_id, workflow)
) STRICT, WITHOUT ROWID;

CREATE TABLE kernel_step (
  run_id TEXT NOT NULL,
  step TEXT NOT NULL,
  -- The handler behind its lane: `1:http@1`. Sorted, so that interactive work is claimed first.
  queue TEXT NOT NULL,
  phase TEXT NOT NULL CHECK (phase IN
    ('pending', 'ready', 'claimed', 'waiting', 'held', 'completed', 'failed', 'skipped', 'cancelled')),
  attempt INTEGER NOT NULL DEFAULT 0,
  choice INTEGER NOT NULL DEFAULT 0,
  strikes INTEGER NOT NULL DEFAULT 0,
  -- Grows when the step is done over on purpose, and with it the idempotency key.
  epoch INTEGER NOT NULL DEFAULT 0,
  due INTEGER,
  queue_by INTEGER,
  lease TEXT,
  first_at INTEGER,
  deadline INTEGER,
  -- The number of the last event about the step.
  seq INTEGER,
  item TEXT,
  wait TEXT,
  output TEXT,
  message TEXT,
  certain INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (run_id, step),
  CHECK (phase IN ('ready', 'claimed', 'held', 'waiting') OR due IS NULL),
  CHECK (phase NOT IN ('ready', 'claimed', 'held') OR due IS NOT NULL),
  CHECK ((lease IS NOT NULL) = (phase = 'claimed')),
  CHECK ((wait IS NOT NULL) = (phase IN ('waiting', 'held')))
) STRICT, WITHOUT ROWID;

-- `open` counts the steps of the run that had not ended after the event.
CREATE TABLE kernel_event (
  run_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  type TEXT NOT NULL,
  version INTEGER NOT NULL,
  step TEXT,
  detail TEXT,
  open INTEGER NOT NULL,
  PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

-- Every question of the pump and of the alarm is answered by these, and settled steps leave them.
CREATE INDEX kernel_step_due ON kernel_step (queue, phase, due) WHERE due IS NOT NULL;
CREATE INDEX kernel_step_queue_by ON kernel_step (queue_by) WHERE queue_by IS NOT NULL;

CREATE TRIGGER kernel_event_never_changes BEFORE UPDATE ON kernel_event
BEGIN SELECT RAISE(ABORT, 'kernel_event is append-only'); END;

CREATE TRIGGER kernel_event_goes_with_its_run BEFORE DELETE ON kernel_event
WHEN EXISTS (SELECT 1 FROM kernel_run WHERE id = OLD.run_id)
BEGIN SELECT RAISE(ABORT, 'kernel_event is append-only'); END;

-- What was said to a run from outside; a signal sent twice is one. `step` is the step that it settled, null while it waits for one.
CREATE TABLE kernel_signal (
  run_id TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  body TEXT NOT NULL,
  step TEXT,
  at INTEGER NOT NULL,
  PRIMARY KEY (run_id, id)
) STRICT, WITHOUT ROWID;

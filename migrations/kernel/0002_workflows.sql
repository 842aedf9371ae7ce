-- Workflows with conditions, waits, maps, sub-workflows, undoing and pauses need more phases and columns. SQLite cannot
-- change a CHECK, so new tables are made and filled from the old ones.
CREATE TABLE kernel_run_2 (
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

INSERT INTO kernel_run_2 (id, definition_id, status, input, error_step, error_message, root_run, created_at, settled_at)
SELECT id, definition_id, status, input, error_step, error_message, id, created_at, settled_at FROM kernel_run;

-- The definitions that a run's sub-workflows had when it was started.
CREATE TABLE kernel_pin (
  run_id TEXT NOT NULL,
  workflow TEXT NOT NULL,
  definition_id INTEGER NOT NULL REFERENCES kernel_definition (id),
  PRIMARY KEY (run_id, workflow)
) STRICT, WITHOUT ROWID;

-- Definitions of before have version 1: their retry policies hold the bound on the whole step.
ALTER TABLE kernel_definition ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

CREATE TABLE kernel_step_2 (
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

INSERT INTO kernel_step_2 (run_id, step, queue, phase, attempt, due, lease, first_at, deadline, output, message)
SELECT run_id, step, '1:' || use, phase, attempt, due, lease, first_at, deadline, output, message FROM kernel_step;

-- What was logged before is of version 1. `open` counts the steps of the run that had not ended after the event.
CREATE TABLE kernel_event_2 (
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

INSERT INTO kernel_event_2 (run_id, seq, at, type, version, step, detail, open)
SELECT e.run_id, e.seq, e.at, e.type, 1, e.step, e.detail, (
  SELECT count(*) FROM kernel_run r JOIN kernel_definition d ON d.id = r.definition_id, json_each(d.body, '$.steps') s
  WHERE r.id = e.run_id AND NOT EXISTS (
    SELECT 1 FROM kernel_step t WHERE t.run_id = e.run_id AND t.step = s.key AND t.phase IN ('completed', 'failed', 'cancelled')))
FROM kernel_event e;

-- A run is counted down from its first event, so one that has logged nothing yet gets that.
INSERT INTO kernel_event_2 (run_id, seq, at, type, version, step, detail, open)
SELECT r.id, 1, r.created_at, 'run.started', 1, NULL, NULL, (SELECT count(*) FROM json_each(d.body, '$.steps'))
FROM kernel_run r JOIN kernel_definition d ON d.id = r.definition_id
WHERE NOT EXISTS (SELECT 1 FROM kernel_event e WHERE e.run_id = r.id);

DROP TABLE kernel_event;
DROP TABLE kernel_step;
DROP TABLE kernel_run;
ALTER TABLE kernel_run_2 RENAME TO kernel_run;
ALTER TABLE kernel_step_2 RENAME TO kernel_step;
ALTER TABLE kernel_event_2 RENAME TO kernel_event;

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

-- Jobs that were given up, by project: what GET /v1/dead_letters lists. The object that owns a job writes its row from an
-- outbox of its own; the newest version wins. Times are milliseconds since the epoch. A row is erased 30 days after the
-- last end of its job, and with its project. The table dead_letter has messages of queues that nobody could read.
CREATE TABLE job_letter (
  -- Ids sort by creation time.
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES project (id),
  region TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('file', 'response', 'run', 'schedule')),
  lane TEXT NOT NULL CHECK (lane IN ('interactive', 'default', 'batch')),
  status TEXT NOT NULL CHECK (status IN ('open', 'scheduled', 'redriven', 'completed', 'cancelled', 'discarded')),
  job TEXT NOT NULL,
  workflow TEXT NOT NULL,
  definition_hash TEXT NOT NULL,
  step TEXT NOT NULL,
  message TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  errors TEXT NOT NULL,
  died_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  -- While it is scheduled: its turn in a redrive of many, and how many of those may begin in a minute.
  redrive_at INTEGER,
  redrive_rate INTEGER,
  redrive_error TEXT
) STRICT;

CREATE INDEX job_letter_by_project ON job_letter (project_id, id);
CREATE INDEX job_letter_scheduled ON job_letter (redrive_at) WHERE redrive_at IS NOT NULL;
CREATE INDEX job_letter_of_redrive ON job_letter (project_id, redrive_at) WHERE redrive_at IS NOT NULL;
CREATE INDEX job_letter_by_death ON job_letter (died_at);
CREATE INDEX dead_letter_by_time ON dead_letter (created_at, id);

-- What lists of schedules show: summaries that the schedules' objects write, the newest of which wins.
-- A deleted schedule keeps its row, so that a summary that was under way cannot bring it back.
CREATE TABLE schedule (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES project (id),
  is_deleted INTEGER NOT NULL CHECK (is_deleted IN (0, 1)),
  version INTEGER NOT NULL,
  as_of INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;

CREATE INDEX schedule_by_project ON schedule (project_id, id) WHERE is_deleted = 0;

-- The last reconciliation of the store: the comparison of its copies after one of them was restored. `known_version` is the
-- highest version that the store had given when it began, `floor_version` the highest in any copy. A row lives until the next
-- reconciliation replaces it; a deleted store keeps it beside its own row.
CREATE TABLE reconciliation (
  singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
  files TEXT NOT NULL CHECK (files IN ('different', 'all')),
  started_at INTEGER NOT NULL,
  completed_at INTEGER,
  known_version INTEGER,
  floor_version INTEGER,
  checked INTEGER NOT NULL DEFAULT 0,
  indexed INTEGER NOT NULL DEFAULT 0,
  attached INTEGER NOT NULL DEFAULT 0,
  detached INTEGER NOT NULL DEFAULT 0,
  purged INTEGER NOT NULL DEFAULT 0,
  catalogued INTEGER NOT NULL DEFAULT 0
) STRICT;

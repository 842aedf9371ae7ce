-- Followers: copies of a search shard that answer searches beside it (docs/scaling-search.md).

-- The number of the file's last change, and of the last one of its chunks, among the changes for which the shard was
-- followed; NULL for a file that was changed while it was not. They live as long as the file's row.
ALTER TABLE file ADD COLUMN changed INTEGER;
ALTER TABLE file ADD COLUMN rewritten INTEGER;
-- It has no entry for a shard that was never followed, so it costs such a shard no rows.
CREATE INDEX file_changed ON file (changed) WHERE changed IS NOT NULL;

-- In a shard that is followed: its changes are numbered. It dies with the first change ten minutes after a follower has
-- asked last.
CREATE TABLE followed (
  singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
  -- Names the time for which changes are numbered without a gap.
  epoch TEXT NOT NULL,
  -- The number of a change; later ones are found in the rows of files.
  head INTEGER NOT NULL,
  -- When a follower has asked, at most a minute before the last time, in milliseconds since 1970.
  renewed_at INTEGER NOT NULL
) STRICT;

-- In a follower: the shard that it copies, and how far it came. It dies with the follower, with all of its storage.
CREATE TABLE follower (
  singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
  project_id TEXT NOT NULL,
  region TEXT NOT NULL,
  store_id TEXT NOT NULL,
  generation INTEGER NOT NULL,
  shard INTEGER NOT NULL,
  number INTEGER NOT NULL,
  -- The epoch of the shard that it copies; NULL before the first page.
  epoch TEXT,
  -- The id of the last file of the copy; NULL when all files are copied.
  copied_to TEXT,
  -- The number of the last change that it has.
  changed_to INTEGER NOT NULL,
  -- The number of a change up to which it has all of them, so that it can answer searches; NULL before it was complete.
  head INTEGER,
  -- The version of the store's content that it had at least when it was complete last, and the one it was told last.
  content_version INTEGER,
  told_version INTEGER,
  -- Whether the store's object knows it as ready (1), and when it has answered last, in milliseconds since 1970.
  is_told INTEGER NOT NULL,
  told_at INTEGER NOT NULL
) STRICT;

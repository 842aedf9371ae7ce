-- Uploads that have begun and have no row in `file` yet. A row is written before the first byte goes to R2 and is
-- deleted by the transaction that adds the file, so what an interrupted upload left in R2 can be found. From
-- `expires_at` on, the upload can no longer become a file, and the sweep erases its bytes and the row. Ids sort by time, so
-- the sweep finds old uploads by them: an index of the times would cost a row more for each file.
CREATE TABLE file_upload (
  file_id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL,
  -- The id of R2's multipart upload; null for a file of one part.
  multipart_id TEXT,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

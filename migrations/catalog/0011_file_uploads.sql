-- Uploads that have begun and have no row in `file` yet. A row is written before the first byte goes to R2 and is
-- deleted by the transaction that adds the file, so what an interrupted upload left in R2 can be found. From
-- `expires_at` on, the upload can no longer become a file, and the sweep erases its bytes and the row.
CREATE TABLE file_upload (
  file_id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL,
  -- The id of R2's multipart upload; null for a file of one part.
  multipart_id TEXT,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX file_upload_to_sweep ON file_upload (expires_at);

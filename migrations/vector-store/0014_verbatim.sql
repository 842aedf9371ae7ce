-- 1 if the file's bytes are its text, which is then not stored again. It lives as long as the row of the file, as its bytes do at
-- least. A file that was indexed before has a stored text.
ALTER TABLE attachment ADD COLUMN is_verbatim INTEGER NOT NULL DEFAULT 0 CHECK (is_verbatim IN (0, 1));

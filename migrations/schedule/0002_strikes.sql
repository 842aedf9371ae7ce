-- Attempts at a start that have begun and did not end, as when the process was killed in them.
ALTER TABLE start ADD COLUMN strikes INTEGER NOT NULL DEFAULT 0;

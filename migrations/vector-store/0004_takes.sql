-- How often a file was handed to a consumer, under its present version, since one reported on it.
ALTER TABLE attachment ADD COLUMN takes INTEGER NOT NULL DEFAULT 0;

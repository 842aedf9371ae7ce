-- What the extraction of the file's text has lost or changed, by kind: a JSON list. NULL until the file is indexed, and for a
-- file that was indexed before warnings were counted. It lives as long as the outcome of the indexing does.
ALTER TABLE attachment ADD COLUMN warnings TEXT;

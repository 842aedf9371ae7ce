-- The chunk of a file that has only one stands in the row of its document, since rows written are what a deployment pays for: a
-- JSON list in the order of `ONLY_CHUNK` (src/platform/databases/corpus-rows.ts). NULL for a file whose chunks have rows of their
-- own: several of them, or one that is very long, or was written before. It lives as long as the row says that it is not deleted.
ALTER TABLE document ADD COLUMN only_chunk TEXT;

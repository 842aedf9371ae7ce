-- The pages that the chunk is on, with the position in the file's text at which each begins: a JSON list. NULL for a file without
-- pages, and for a chunk that was written before pages were kept. It lives as long as the chunk.
ALTER TABLE chunk ADD COLUMN pages TEXT;

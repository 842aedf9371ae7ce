-- The units of the chunk that can be quoted on their own, with their headings and what introduces them: JSON of `EncodedUnits`. NULL
-- for a chunk without any, and for one that was written before units were kept. It lives as long as the chunk.
ALTER TABLE chunk ADD COLUMN units TEXT;

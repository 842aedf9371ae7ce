-- A copy of an item keeps the id of the response that its original is the input or the output of, so that the copy of an
-- answer leads to the record of how it was made. Null for an item that is no copy, and for copies of earlier builds.
ALTER TABLE item ADD COLUMN origin_id TEXT;

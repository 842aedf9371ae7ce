-- The attribute keys by which the shard's vectors are filtered in their vector index: a JSON list, in the order of the
-- slots of their metadata. NULL without an index, and for vectors that were written before there were slots. It dies
-- with the placement.
ALTER TABLE placement ADD COLUMN filter_keys TEXT;

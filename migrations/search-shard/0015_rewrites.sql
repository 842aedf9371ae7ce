-- The changes in `outgoing` that write vectors which the index has with other metadata: an older write may take effect after
-- them. A row dies when the index has its change, or the vectors of the shard leave the index.
CREATE TABLE rewrite (seq INTEGER PRIMARY KEY) STRICT;

-- Followers of the store's search shards: copies that answer searches beside them while they are asked much
-- (docs/scaling-search.md). A row dies when the follower is erased, which happens some minutes after its shard was asked
-- much, or with the generation or the store.
CREATE TABLE shard_follower (
  generation INTEGER NOT NULL,
  shard INTEGER NOT NULL,
  number INTEGER NOT NULL,
  -- 'called': to be told. 'copying': it was told. 'ready': it answers searches. 'leaving': to be erased.
  state TEXT NOT NULL CHECK (state IN ('called', 'copying', 'ready', 'leaving')),
  -- When it was called, and when it has reported last, in milliseconds since 1970.
  called_at INTEGER NOT NULL,
  heard_at INTEGER NOT NULL,
  -- The version of the store's content that it has at least; NULL before it was ready.
  content_version INTEGER,
  PRIMARY KEY (generation, shard, number)
) STRICT, WITHOUT ROWID;

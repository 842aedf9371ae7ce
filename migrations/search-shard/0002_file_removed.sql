-- Each removal forgets the tombstones that are old; without this it reads every file of the shard.
CREATE INDEX file_removed ON file (removed_at) WHERE removed_at IS NOT NULL;

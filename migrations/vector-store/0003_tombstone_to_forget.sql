-- A purge forgets tombstones after each page; without this each of its pages reads all of them.
CREATE INDEX tombstone_to_forget ON tombstone (is_file_deleted, deleted_at) WHERE purged = 2;

import { BEFORE_SPLITS } from "./before-splits.ts";
import { forgetMigrations } from "./forget-migrations.ts";

/** The migration of vector stores that `BEFORE_GENERATIONS` takes back. */
const GENERATIONS = "0011_generations";

/** SQL that changes the tables of a vector store with one generation to those of the build before the migration. */
export const BEFORE_GENERATIONS = `${BEFORE_SPLITS}
  CREATE TABLE shard (number INTEGER PRIMARY KEY, chunk_count INTEGER NOT NULL, placed INTEGER) STRICT;
  INSERT INTO shard SELECT number, chunk_count, placed FROM generation_shard WHERE generation = 1;
  DROP TABLE generation_shard;
  DROP TABLE reindex;
  DROP TABLE asked_questions;
  DROP INDEX attachment_to_copy;
  ALTER TABLE attachment DROP COLUMN even_shard;
  ALTER TABLE attachment DROP COLUMN even_chunk_count;
  ALTER TABLE attachment DROP COLUMN even_usage_bytes;
  ALTER TABLE attachment DROP COLUMN copy_state;
  ALTER TABLE attachment DROP COLUMN copy_error;
  ALTER TABLE tombstone DROP COLUMN generation;
  ALTER TABLE store DROP COLUMN other_generation;
  ALTER TABLE store DROP COLUMN last_generation;
  ALTER TABLE store DROP COLUMN analyzer;
  ALTER TABLE store DROP COLUMN auto_chunking;
  ALTER TABLE store DROP COLUMN other_usage_bytes;
  ${forgetMigrations(GENERATIONS)};`;

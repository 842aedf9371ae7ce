import { SHARD_BEFORE_ANALYZERS } from "./before-analyzers.ts";
import { BEFORE_VERBATIM } from "./before-verbatim.ts";
import { forgetMigrations } from "./forget-migrations.ts";

/** SQL that changes the tables of a search shard to those of the build before followers. */
export const SHARD_BEFORE_FOLLOWERS = `${SHARD_BEFORE_ANALYZERS}
  DROP INDEX file_changed;
  ALTER TABLE file DROP COLUMN changed;
  ALTER TABLE file DROP COLUMN rewritten;
  DROP TABLE followed;
  DROP TABLE follower;
  ${forgetMigrations("0013_followers")};`;

/** SQL that changes the tables of a vector store to those of the build before followers. */
export const STORE_BEFORE_FOLLOWERS = `${BEFORE_VERBATIM}
  DROP TABLE shard_follower;
  ${forgetMigrations("0013_followers")};`;

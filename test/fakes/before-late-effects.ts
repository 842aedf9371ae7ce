import { forgetMigrations } from "./forget-migrations.ts";

/** SQL that changes the tables of a search shard to those of the build before late effects of mutations. */
export const SHARD_BEFORE_LATE_EFFECTS = `
  DROP TABLE rewrite;
  ${forgetMigrations("0015_rewrites")};`;

/** SQL that changes the tables of the writer of a vector index to those of the build before late effects. */
export const WRITER_BEFORE_LATE_EFFECTS = `
  DROP TABLE watched;
  ${forgetMigrations("0002_watched")};`;

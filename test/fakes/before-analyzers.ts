import { SHARD_BEFORE_LATE_EFFECTS } from "./before-late-effects.ts";
import { forgetMigrations } from "./forget-migrations.ts";

/** SQL that changes the tables of a search shard to those of the build that had version 1 of the analyzer alone. */
export const SHARD_BEFORE_ANALYZERS = `${SHARD_BEFORE_LATE_EFFECTS}
  DROP TABLE analyzer;
  ${forgetMigrations("0014_analyzer")};`;

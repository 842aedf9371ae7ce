import { forgetMigrations } from "./forget-migrations.ts";

/** SQL that changes the tables of a vector store to those of the build that stored the text of every file. */
export const BEFORE_VERBATIM = `
  ALTER TABLE attachment DROP COLUMN is_verbatim;
  ${forgetMigrations("0014_verbatim")};`;

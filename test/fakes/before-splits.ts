import { STORE_BEFORE_FOLLOWERS } from "./before-followers.ts";
import { forgetMigrations } from "./forget-migrations.ts";

/** The migration of vector stores that `BEFORE_SPLITS` takes back. */
const SPLITS = "0012_splits";

/** SQL that changes the tables of a vector store to those of the build before splits. */
export const BEFORE_SPLITS = `${STORE_BEFORE_FOLLOWERS}
  ALTER TABLE reindex DROP COLUMN from_layout;
  ALTER TABLE reindex DROP COLUMN to_layout;
  ALTER TABLE reindex DROP COLUMN is_automatic;
  ALTER TABLE dense_placement DROP COLUMN dense_index;
  ${forgetMigrations(SPLITS)};`;

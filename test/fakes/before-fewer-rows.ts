import { BEFORE_GENERATIONS } from "./before-generations.ts";
import { forgetMigrations } from "./forget-migrations.ts";

/** The migration of vector stores that `BEFORE_FEWER_ROWS` takes back. */
export const FEWER_ROWS = "0008_fewer_rows";

/** SQL that changes the tables of a vector store to those of the build before the migration `FEWER_ROWS`. */
export const BEFORE_FEWER_ROWS = `${BEFORE_GENERATIONS}
  ${forgetMigrations("0010_placement")};
  DROP TABLE dense_placement;
  ALTER TABLE shard DROP COLUMN placed;
  INSERT INTO batch_file (batch_id, seq) SELECT batch_id, seq FROM attachment WHERE batch_id IS NOT NULL;
  DROP INDEX attachment_not_indexed;
  CREATE INDEX attachment_by_status ON attachment (status, seq);
  ALTER TABLE attachment DROP COLUMN batch_id;
  ALTER TABLE batch DROP COLUMN first_seq;
  ALTER TABLE batch DROP COLUMN last_seq;`;

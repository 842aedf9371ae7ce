/** The migration of conversations that `BEFORE_ITEM_RANGES` takes back, after the one that followed it. */
export const ITEM_RANGES = "conversation/0002_item_ranges";

/** SQL that changes the tables of a conversation to those of the build before the migration `ITEM_RANGES`. */
export const BEFORE_ITEM_RANGES = `
  CREATE INDEX item_response ON item (response_id) WHERE response_id IS NOT NULL;
  ALTER TABLE response DROP COLUMN first_seq;
  ALTER TABLE response DROP COLUMN last_seq;`;

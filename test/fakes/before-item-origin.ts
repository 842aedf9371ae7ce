/** The migration of conversations that `BEFORE_ITEM_ORIGIN` takes back. */
export const ITEM_ORIGIN = "conversation/0003_item_origin";

/** SQL that changes the tables of a conversation to those of the build before the migration `ITEM_ORIGIN`. */
export const BEFORE_ITEM_ORIGIN = "ALTER TABLE item DROP COLUMN origin_id;";

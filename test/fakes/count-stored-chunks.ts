/** SQL that counts the chunks that a corpus database has of a store (?1): in rows of their own, and in those of documents. */
export const COUNT_STORED_CHUNKS = `SELECT
  (SELECT count(*) FROM chunk WHERE store_id = ?1)
  + (SELECT count(only_chunk) FROM document WHERE store_id = ?1) AS n`;

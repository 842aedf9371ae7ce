-- The numbers of the first and the last item of a response take the place of an index, which had an entry for each item.
-- Between the two there may be items that came in the meantime, so a look-up compares response_id too. Null without items.
ALTER TABLE response ADD COLUMN first_seq INTEGER;
ALTER TABLE response ADD COLUMN last_seq INTEGER;

UPDATE response SET (first_seq, last_seq) =
  (SELECT min(seq), max(seq) FROM item WHERE item.response_id = response.id);

DROP INDEX item_response;

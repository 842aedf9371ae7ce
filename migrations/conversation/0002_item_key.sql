-- The part of the ids of a response's items that names their owner. Null for a response from before ids of items
-- contained the key of their conversation.
ALTER TABLE response ADD COLUMN item_key TEXT;

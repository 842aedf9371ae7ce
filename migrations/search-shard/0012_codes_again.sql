-- Codes of vectors are made again. A build before stored blocks of codes also for numbers that a long file had reserved:
-- for those without chunks, and for those whose chunks had not arrived yet.
DELETE FROM code_block;
DELETE FROM code_state;

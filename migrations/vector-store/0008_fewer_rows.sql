-- Fewer rows written for each file. The batch whose request attached a file is a column of the file, and the files of a batch are
-- found between its first and its last; batch_file has only the files that were attached before, and those that builds before
-- this one have linked. Both live as long as the file. The index of files by status leaves out the indexed ones, nearly all.
ALTER TABLE attachment ADD COLUMN batch_id TEXT;
ALTER TABLE batch ADD COLUMN first_seq INTEGER;
ALTER TABLE batch ADD COLUMN last_seq INTEGER;
DROP INDEX attachment_by_status;
CREATE INDEX attachment_not_indexed ON attachment (status, seq) WHERE status <> 'completed';

-- The hosts that a secret may be sent to, as a JSON list. NULL, as in every secret set before, is no limit.
ALTER TABLE project_secret ADD COLUMN hosts TEXT;

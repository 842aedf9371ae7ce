-- The settings of a project that were changed from their defaults, as JSON, and the number of changes so far. They are
-- columns of the project, so that they are erased with it.
ALTER TABLE project ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
ALTER TABLE project ADD COLUMN settings_version INTEGER NOT NULL DEFAULT 0;

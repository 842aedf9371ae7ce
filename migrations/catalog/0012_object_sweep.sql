-- The sweep of objects in R2 that belong to no file. It reads the objects of a project in the order of their keys, which
-- is the order of the uploads: those up to `swept_to` were checked, and the project is due again some hours after
-- `swept_at`. They are columns of the project, so that they are erased with it.
ALTER TABLE project ADD COLUMN swept_to TEXT NOT NULL DEFAULT '';
ALTER TABLE project ADD COLUMN swept_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX project_swept ON project (swept_at);

-- The list of projects is read by status: the active ones by default.
CREATE INDEX project_by_status ON project (status, id);

-- Reconciliations also list deleted stores: after a restore, an object may not know yet that its store was deleted.
CREATE INDEX vector_store_deleted ON vector_store (project_id, id) WHERE is_deleted = 1;

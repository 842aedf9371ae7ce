-- The stores that were indexing or erasing before there was an index of open work. The first sweep removes those that are
-- done. A store that has entered by itself keeps its row.
INSERT INTO open_work (id, kind, project_id, region, seen_at, poke_at)
  SELECT s.id, 'store', s.project_id, p.region, 0, 0 FROM vector_store s JOIN project p ON p.id = s.project_id
  WHERE s.is_deleted = 1 OR s.body ->> '$.fileCounts.in_progress' > 0
  ON CONFLICT (id) DO NOTHING;

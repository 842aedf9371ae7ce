-- When the cron trigger calls the object of a schedule whose alarm was lost: some minutes after the next tick, unless the
-- object has written its summary since. Null without a next tick. The schedules of before are called by the first sweeps.
ALTER TABLE schedule ADD COLUMN poke_at INTEGER;
UPDATE schedule SET poke_at = 0 WHERE is_deleted = 0;
CREATE INDEX schedule_by_poke ON schedule (poke_at) WHERE poke_at IS NOT NULL;

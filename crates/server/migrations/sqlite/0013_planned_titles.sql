-- What a broadcast was planned as stays what it was called, whatever becomes of the plan.
ALTER TABLE scheduled_broadcast ADD COLUMN title TEXT NOT NULL DEFAULT '';

UPDATE scheduled_broadcast SET title = COALESCE(
    (SELECT e.title FROM scheduled_exception e
     WHERE e.stream_id = scheduled_broadcast.stream_id
       AND e.occurrence = scheduled_broadcast.occurrence),
    (SELECT s.title FROM scheduled_stream s WHERE s.id = scheduled_broadcast.stream_id),
    '');

-- Of the whole site: what was on within some days, and what is not over.
CREATE INDEX scheduled_broadcast_starts ON scheduled_broadcast (starts_at);
CREATE INDEX scheduled_stream_last ON scheduled_stream (last_at);

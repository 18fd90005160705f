-- Moments of broadcasts that somebody wants to find again. A broadcast that begins has no row of its
-- own yet, so nothing refers to that.
CREATE TABLE broadcast_marker (
    id            TEXT   NOT NULL PRIMARY KEY,
    channel_id    TEXT   NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    broadcast_id  TEXT   NOT NULL,
    at            BIGINT NOT NULL,
    -- Where that is in the broadcast's pictures and sound: pauses of the encoder take no time there.
    position_ms   BIGINT NOT NULL,
    text          TEXT   NOT NULL,
    -- Who set it, by the name of then.
    made_by       TEXT   NOT NULL
);

CREATE INDEX broadcast_marker_broadcast ON broadcast_marker (channel_id, broadcast_id, position_ms);

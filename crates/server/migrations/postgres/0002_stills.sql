-- The picture that an owner gave a channel. A new one has a new id.
CREATE TABLE channel_picture (
    channel_id  TEXT   NOT NULL PRIMARY KEY REFERENCES channel (id) ON DELETE CASCADE,
    id          TEXT   NOT NULL,
    jpeg        BYTEA NOT NULL,
    changed_at  BIGINT NOT NULL
);

-- Pictures of a broadcast, kept as files. A broadcast on air may have pictures before it has a row
-- of its own, so nothing refers to that.
CREATE TABLE storyboard (
    broadcast_id  TEXT   NOT NULL PRIMARY KEY,
    channel_id    TEXT   NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    started_at    BIGINT NOT NULL,
    -- How far pictures are apart; grows with the broadcast.
    every_ms      BIGINT NOT NULL
);

CREATE INDEX storyboard_channel ON storyboard (channel_id, started_at DESC);

CREATE TABLE storyboard_picture (
    broadcast_id  TEXT   NOT NULL REFERENCES storyboard (broadcast_id) ON DELETE CASCADE,
    -- Since the broadcast began.
    offset_ms     BIGINT NOT NULL,
    size_bytes    BIGINT NOT NULL,
    PRIMARY KEY (broadcast_id, offset_ms)
);

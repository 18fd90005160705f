-- Times are milliseconds since the Unix epoch; ids are UUIDs (version 7) as text.

CREATE TABLE channel (
    id                  TEXT    NOT NULL PRIMARY KEY,
    slug                TEXT    NOT NULL UNIQUE,
    name                TEXT    NOT NULL,
    title               TEXT    NOT NULL,
    description         TEXT    NOT NULL,
    is_primary          BOOLEAN NOT NULL,
    latency_level       BIGINT  NOT NULL CHECK (latency_level BETWEEN 0 AND 4),
    reconnect_grace_ms  BIGINT  NOT NULL CHECK (reconnect_grace_ms BETWEEN 0 AND 300000),
    -- Which renditions the owner wishes for: JSON, as crates/server/src/transcode/wishes.rs reads it.
    video               TEXT    NOT NULL,
    -- Whether a storyboard is kept of every broadcast.
    thumbnail_history   BOOLEAN NOT NULL,
    created_at          BIGINT  NOT NULL
);

-- There is one primary channel: the one `/` shows and Owncast's clients see.
CREATE UNIQUE INDEX channel_primary ON channel (is_primary) WHERE is_primary;

CREATE TABLE stream_key (
    id            TEXT   NOT NULL PRIMARY KEY,
    channel_id    TEXT   NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    label         TEXT   NOT NULL,
    -- Keyed hash, for look-up; the key itself is sealed.
    fingerprint   TEXT   NOT NULL UNIQUE,
    sealed        BYTEA NOT NULL,
    created_at    BIGINT NOT NULL,
    last_used_at  BIGINT
);

CREATE INDEX stream_key_channel ON stream_key (channel_id, created_at);

CREATE TABLE broadcast (
    id                      TEXT   NOT NULL PRIMARY KEY,
    channel_id              TEXT   NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    started_at              BIGINT NOT NULL,
    -- NULL while on air, and after a crash until the next start decides.
    ended_at                BIGINT,
    -- Ahead of how far the broadcast had come: numbers that no segment was given before this was
    -- written, for a restart to go on from.
    next_sequence           BIGINT NOT NULL,
    discontinuity_sequence  BIGINT NOT NULL,
    checkpoint_at           BIGINT NOT NULL,
    peak_viewers            BIGINT NOT NULL
);

CREATE INDEX broadcast_channel ON broadcast (channel_id, started_at DESC);
-- A channel is on air once at a time.
CREATE UNIQUE INDEX broadcast_open ON broadcast (channel_id) WHERE ended_at IS NULL;

-- Streams that are to come, once or again and again.
CREATE TABLE scheduled_stream (
    id           TEXT   NOT NULL PRIMARY KEY,
    channel_id   TEXT   NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    title        TEXT   NOT NULL,
    description  TEXT   NOT NULL,
    category_id  TEXT,
    -- What the clocks of its place show: 2026-11-22T20:00:00, and the place: Europe/Berlin.
    starts_at    TEXT   NOT NULL,
    time_zone    TEXT   NOT NULL,
    duration_ms  BIGINT NOT NULL,
    -- RFC 5545; NULL happens once.
    rrule        TEXT,
    -- planned, cancelled.
    state        TEXT   NOT NULL,
    -- How often it was changed.
    revision     BIGINT NOT NULL,
    -- Nothing of it begins before or after; NULL has no end. To find it by.
    first_at     BIGINT NOT NULL,
    last_at      BIGINT,
    created_at   BIGINT NOT NULL,
    changed_at   BIGINT NOT NULL
);

CREATE INDEX scheduled_stream_channel ON scheduled_stream (channel_id, first_at);
CREATE INDEX scheduled_stream_first ON scheduled_stream (first_at);

-- Occurrences that are not as the rule says.
CREATE TABLE scheduled_exception (
    stream_id    TEXT   NOT NULL REFERENCES scheduled_stream (id) ON DELETE CASCADE,
    -- When the rule says it begins, as the clocks of its place show it.
    occurrence   TEXT   NOT NULL,
    -- cancelled, moved.
    kind         TEXT   NOT NULL,
    -- Of one that is moved; NULL is as the stream says.
    moved_to     TEXT,
    duration_ms  BIGINT,
    title        TEXT,
    changed_at   BIGINT NOT NULL,
    PRIMARY KEY (stream_id, occurrence)
);

-- Which broadcasts were an occurrence. A broadcast that begins has no row of its own yet, so nothing
-- refers to that.
CREATE TABLE scheduled_broadcast (
    broadcast_id  TEXT   NOT NULL PRIMARY KEY,
    stream_id     TEXT   NOT NULL REFERENCES scheduled_stream (id) ON DELETE CASCADE,
    occurrence    TEXT   NOT NULL,
    -- When the occurrence was to begin.
    starts_at     BIGINT NOT NULL
);

CREATE INDEX scheduled_broadcast_stream ON scheduled_broadcast (stream_id, starts_at);

-- When each channel's schedule changed last, removals included.
CREATE TABLE schedule_change (
    channel_id  TEXT   NOT NULL PRIMARY KEY REFERENCES channel (id) ON DELETE CASCADE,
    changed_at  BIGINT NOT NULL
);

-- How the site was over time. A row holds what was measured from `at` on, for so many seconds.
CREATE TABLE site_sample (
    step_seconds  BIGINT NOT NULL,
    at            BIGINT NOT NULL,
    -- JSON, as crates/server/src/insights/kept/model.rs reads it.
    figures       TEXT   NOT NULL,
    PRIMARY KEY (step_seconds, at)
);

-- The same of one broadcast.
CREATE TABLE broadcast_sample (
    broadcast_id  TEXT   NOT NULL REFERENCES broadcast (id) ON DELETE CASCADE,
    step_seconds  BIGINT NOT NULL,
    at            BIGINT NOT NULL,
    figures       TEXT   NOT NULL,
    channel_id    TEXT   NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    PRIMARY KEY (broadcast_id, step_seconds, at)
);

CREATE INDEX broadcast_sample_channel ON broadcast_sample (channel_id, step_seconds, at);
CREATE INDEX broadcast_sample_step ON broadcast_sample (step_seconds, at);

-- What was too much, and for how long.
CREATE TABLE alert (
    id          TEXT   NOT NULL PRIMARY KEY,
    kind        TEXT   NOT NULL,
    -- NULL where it is about the machine.
    channel_id  TEXT   REFERENCES channel (id) ON DELETE CASCADE,
    raised_at   BIGINT NOT NULL,
    -- NULL while it stands.
    cleared_at  BIGINT,
    -- In words.
    sentence    TEXT   NOT NULL
);

CREATE INDEX alert_raised ON alert (raised_at);

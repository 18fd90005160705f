-- Work that may fail now and succeed later. A row goes when its work is done.

CREATE TABLE job (
    id          TEXT    NOT NULL PRIMARY KEY,
    kind        TEXT    NOT NULL,
    -- Two jobs of a kind with the same key are one.
    unique_key  TEXT,
    -- JSON, as the kind's type reads it.
    payload     TEXT    NOT NULL,
    -- When it may be taken: for one that is running, when its lease is over.
    due_at      BIGINT  NOT NULL,
    -- When a running job is wanted once more.
    again_at    BIGINT,
    -- How often it was taken.
    attempts    BIGINT  NOT NULL,
    -- Who runs it; NULL while nobody does.
    lease       TEXT,
    -- When it was given up.
    parked_at   BIGINT,
    -- What the last attempt failed of; empty before one has.
    reason      TEXT    NOT NULL,
    created_at  BIGINT  NOT NULL,
    UNIQUE (kind, unique_key)
);

CREATE INDEX job_due ON job (kind, due_at, id) WHERE parked_at IS NULL;
CREATE INDEX job_parked ON job (parked_at) WHERE parked_at IS NOT NULL;

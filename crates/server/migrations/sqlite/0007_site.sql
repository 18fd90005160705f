-- What the site's admins decide: one row, made by the first change.
CREATE TABLE site_settings (
    id          BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    -- Grows with every change, by which other processes notice it.
    version     BIGINT NOT NULL,
    -- JSON, as crates/server/src/site/settings.rs reads it.
    settings    TEXT   NOT NULL,
    changed_at  BIGINT NOT NULL
);

-- Who did what; the newest ones are kept.
CREATE TABLE audit_entry (
    -- In the order of time.
    id            TEXT   NOT NULL PRIMARY KEY,
    at            BIGINT NOT NULL,
    -- An account, which may be gone; NULL for the command line and the system.
    actor_id      TEXT,
    actor_name    TEXT   NOT NULL,
    action        TEXT   NOT NULL,
    subject_kind  TEXT   NOT NULL,
    subject_id    TEXT   NOT NULL,
    subject_name  TEXT   NOT NULL,
    -- What was and what became of it, as JSON without anything secret.
    was           TEXT,
    became        TEXT
);

CREATE INDEX audit_entry_subject ON audit_entry (subject_kind, subject_id, id);
CREATE INDEX audit_entry_actor ON audit_entry (actor_id, id);

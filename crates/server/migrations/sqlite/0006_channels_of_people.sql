-- What channels of one kind have in common; admins make them.
CREATE TABLE category (
    id           TEXT   NOT NULL PRIMARY KEY,
    slug         TEXT   NOT NULL UNIQUE,
    name         TEXT   NOT NULL,
    description  TEXT   NOT NULL,
    picture_id   TEXT,
    created_at   BIGINT NOT NULL
);

ALTER TABLE channel ADD COLUMN category_id TEXT REFERENCES category (id) ON DELETE SET NULL;
-- BCP 47.
ALTER TABLE channel ADD COLUMN language TEXT;
ALTER TABLE channel ADD COLUMN mature BOOLEAN NOT NULL DEFAULT FALSE;
-- JSON: a list of labels and addresses.
ALTER TABLE channel ADD COLUMN links TEXT NOT NULL DEFAULT '[]';
ALTER TABLE channel ADD COLUMN accent TEXT;
-- Moderators of the site took it out of lists.
ALTER TABLE channel ADD COLUMN hidden BOOLEAN NOT NULL DEFAULT FALSE;
-- Since when nobody may publish, and who said so.
ALTER TABLE channel ADD COLUMN locked_at BIGINT;
ALTER TABLE channel ADD COLUMN locked_by TEXT;

CREATE INDEX channel_category ON channel (category_id);

-- When each channel was changed last, in the order of changes: by this other processes notice them.
-- The rows of removed channels stay, so that their removal is noticed too.
CREATE TABLE channel_change (
    channel_id  TEXT   NOT NULL PRIMARY KEY,
    version     BIGINT NOT NULL UNIQUE
);

-- Who works on a channel.
CREATE TABLE channel_member (
    channel_id  TEXT   NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    account_id  TEXT   NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    role        TEXT   NOT NULL CHECK (role IN ('owner', 'editor', 'moderator')),
    added_at    BIGINT NOT NULL,
    added_by    TEXT   NOT NULL,
    PRIMARY KEY (channel_id, account_id)
);

CREATE INDEX channel_member_account ON channel_member (account_id, role);

-- Who may make channels where the site's settings ask for approval.
CREATE TABLE channel_creator (
    account_id   TEXT   NOT NULL PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    approved_at  BIGINT NOT NULL,
    approved_by  TEXT   NOT NULL
);

-- Names that channels had. A channel that takes one removes it here.
CREATE TABLE channel_slug_history (
    slug        TEXT   NOT NULL PRIMARY KEY,
    channel_id  TEXT   NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    left_at     BIGINT NOT NULL
);

CREATE INDEX channel_slug_history_channel ON channel_slug_history (channel_id, left_at);

CREATE TABLE channel_panel (
    id          TEXT   NOT NULL PRIMARY KEY,
    channel_id  TEXT   NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    position    BIGINT NOT NULL,
    title       TEXT   NOT NULL,
    markdown    TEXT   NOT NULL,
    link        TEXT
);

CREATE INDEX channel_panel_channel ON channel_panel (channel_id, position);

CREATE TABLE channel_tag (
    channel_id  TEXT   NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    -- Folded: lower case, without a `#`.
    tag         TEXT   NOT NULL,
    position    BIGINT NOT NULL,
    PRIMARY KEY (channel_id, tag)
);

CREATE INDEX channel_tag_tag ON channel_tag (tag);

-- What channels said was on, and since when. Those between a broadcast's beginning and end, and the
-- one before, are the broadcast's.
CREATE TABLE channel_title (
    channel_id   TEXT   NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    -- The change that made it so.
    version      BIGINT NOT NULL,
    at           BIGINT NOT NULL,
    title        TEXT   NOT NULL,
    category_id  TEXT REFERENCES category (id) ON DELETE SET NULL,
    PRIMARY KEY (channel_id, version)
);

CREATE INDEX channel_title_at ON channel_title (channel_id, at);

-- Pictures beside the one that stands for the channel while it is not on air.
CREATE TABLE channel_image (
    channel_id  TEXT   NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    kind        TEXT   NOT NULL CHECK (kind IN ('avatar', 'banner')),
    id          TEXT   NOT NULL,
    jpeg        BLOB   NOT NULL,
    changed_at  BIGINT NOT NULL,
    PRIMARY KEY (channel_id, kind)
);

ALTER TABLE stream_key ADD COLUMN disabled_at BIGINT;

-- Whether a channel shows everybody who follows it: its owners switch it on.
ALTER TABLE channel ADD COLUMN shows_followers BOOLEAN NOT NULL DEFAULT FALSE;

-- Accounts that stand in no public list of followers, because they want it so.
CREATE TABLE follow_unlisted (
    account_id  TEXT NOT NULL PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE
);

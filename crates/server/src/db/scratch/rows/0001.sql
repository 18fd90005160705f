INSERT INTO channel (id, slug, name, title, description, is_primary, latency_level,
    reconnect_grace_ms, video, thumbnail_history, created_at)
VALUES
    ('01996a00-0000-7000-8000-000000000001', 'live', 'Rivulet', 'A title', 'About', TRUE, 2, 30000,
        '{"variants":[{"video":"passthrough"}]}', FALSE, 1795303588120),
    ('01996a00-0000-7000-8000-000000000002', 'second', 'Second', '', '', FALSE, 1, 0,
        '{"variants":[{"video":"passthrough"}]}', TRUE, 1795303588121);

-- The sealed form is filled in by the test.
INSERT INTO stream_key (id, channel_id, label, fingerprint, sealed, created_at, last_used_at)
VALUES
    ('01996a00-0000-7000-8000-000000000003', '01996a00-0000-7000-8000-000000000001', 'First key',
        'f1', '', 1795303588122, NULL),
    ('01996a00-0000-7000-8000-000000000004', '01996a00-0000-7000-8000-000000000002', 'Other',
        'f2', '', 1795303588123, 1795303589000);

INSERT INTO broadcast (id, channel_id, started_at, ended_at, next_sequence, discontinuity_sequence,
    checkpoint_at, peak_viewers)
VALUES ('01996a00-0000-7000-8000-000000000005', '01996a00-0000-7000-8000-000000000001',
    1795303590000, 1795303690000, 51, 1, 1795303690000, 7);

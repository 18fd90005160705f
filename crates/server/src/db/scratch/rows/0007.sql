INSERT INTO site_settings (id, version, settings, changed_at) VALUES (1, 1, '{"name": "Ada''s"}', 1795303588120);

-- Null, and not in the index, where the marketplace's terms set no limit.
ALTER TABLE products ADD expires_at timestamp with time zone;
CREATE INDEX products_expiry ON products (expires_at) WHERE expires_at IS NOT NULL;

ALTER TABLE summaries ADD expires_at timestamp with time zone;
CREATE INDEX summaries_expiry ON summaries (expires_at) WHERE expires_at IS NOT NULL;

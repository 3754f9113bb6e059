-- Whether the product was announced as gone.
ALTER TABLE products ADD removed boolean NOT NULL DEFAULT FALSE;
ALTER TABLE outbox ADD removed boolean NOT NULL DEFAULT FALSE;

-- When Kafka refused the event for its size.
ALTER TABLE outbox ADD refused_at timestamp with time zone;

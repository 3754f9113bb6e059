CREATE TABLE outbox (
    sequence bigint GENERATED ALWAYS AS IDENTITY,
    product_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    fetched_at timestamp with time zone NOT NULL,
    persisted_at timestamp with time zone NOT NULL,
    content bytea NOT NULL,
    trace_parent text,
    CONSTRAINT "PK_outbox" PRIMARY KEY (sequence)
);

CREATE INDEX outbox_product ON outbox (product_id, sequence);

CREATE TABLE products (
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    fetched_at timestamp with time zone NOT NULL,
    persisted_at timestamp with time zone NOT NULL,
    content bytea, -- null for a product gone from the marketplace, whose version goes on when it comes back
    CONSTRAINT "PK_products" PRIMARY KEY (id)
);

CREATE TABLE summaries (
    id text COLLATE "C" NOT NULL,
    fetched_at timestamp with time zone NOT NULL,
    content bytea NOT NULL,
    CONSTRAINT "PK_summaries" PRIMARY KEY (id)
);

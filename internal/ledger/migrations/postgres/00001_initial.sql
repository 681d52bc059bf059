-- +goose Up

-- Paths of folders can be longer than an index takes, so what is looked up by one is indexed by its digest.
-- +goose StatementBegin
CREATE FUNCTION digest_of(TEXT) RETURNS BYTEA LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT sha256(convert_to($1, 'UTF8')) $$;
-- +goose StatementEnd

-- A pair is the two ends of a sync.
CREATE TABLE pairs (
    id            BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    exchange_id   BIGINT NOT NULL,
    instance      TEXT   NOT NULL,
    division_id   BIGINT NOT NULL,
    folder        TEXT   COLLATE "C" NOT NULL,
    searched      BIGINT NOT NULL DEFAULT 0,         -- 1: what stood there before the first record was looked for
    -- A listing that lacked most of what was there is not believed before it is confirmed.
    vanished_at   BIGINT NOT NULL DEFAULT 0,         -- when it was first seen; 0: nothing is missing
    vanished_mark TEXT   NOT NULL DEFAULT ''         -- tells what was missing
);
CREATE UNIQUE INDEX pairs_by_ends ON pairs (exchange_id, instance, division_id, digest_of(folder));

-- A document of the source, what of it stands in Luminance, what was about to be sent, what went wrong.
-- Times are Unix milliseconds; 0 stands for never.
CREATE TABLE documents (
    pair_id           BIGINT NOT NULL REFERENCES pairs (id),
    document_id       BIGINT NOT NULL,
    folder            TEXT   COLLATE "C" NOT NULL,               -- where it stands, below the destination folder
    name              TEXT   COLLATE "C" NOT NULL,
    hash              TEXT   NOT NULL DEFAULT '',    -- base64 SHA-1 of what stands there
    size              BIGINT NOT NULL DEFAULT 0,
    version           BIGINT NOT NULL DEFAULT 0,     -- versionNumber of the source
    luminance_id      BIGINT NOT NULL DEFAULT 0,
    luminance_version TEXT   NOT NULL DEFAULT '',
    uploaded_at       BIGINT NOT NULL DEFAULT 0,     -- 0: nothing stands there yet
    carried_path      TEXT   NOT NULL DEFAULT '',    -- where the source had it when it was first carried there, from the exchange's root
    source_path       TEXT   NOT NULL DEFAULT '',    -- where the source had it at the last listing that held it
    gone_at           BIGINT NOT NULL DEFAULT 0,     -- when a listing first lacked it; 0: it is listed
    import_state      TEXT   NOT NULL DEFAULT '',    -- what Luminance's analysis came to; '': not known
    import_tags       TEXT   NOT NULL DEFAULT '',    -- what it noted, separated by spaces
    import_looks      BIGINT NOT NULL DEFAULT 0,     -- how often that was looked up
    import_look_at    BIGINT NOT NULL DEFAULT 0,     -- when the next look is due; 0: none is
    intent_at         BIGINT NOT NULL DEFAULT 0,     -- 0: no open intent
    intent_folder     TEXT   NOT NULL DEFAULT '',    -- where it was to go
    intent_name       TEXT   NOT NULL DEFAULT '',
    intent_path       TEXT   NOT NULL DEFAULT '',    -- where the source had it
    intent_hash       TEXT   NOT NULL DEFAULT '',
    intent_size       BIGINT NOT NULL DEFAULT 0,
    intent_version    BIGINT NOT NULL DEFAULT 0,
    failed_at         BIGINT NOT NULL DEFAULT 0,     -- 0: no failure
    failed_hash       TEXT   NOT NULL DEFAULT '',
    failed_reason     TEXT   NOT NULL DEFAULT '',
    failed_message    TEXT   NOT NULL DEFAULT '',
    retry_at          BIGINT NOT NULL DEFAULT 0,
    attempts          BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (pair_id, document_id)
);

-- Where a document stands that was carried again under another name or into another folder: nothing is ever
-- deleted, so what stood there before still does.
CREATE TABLE former_places (
    pair_id      BIGINT NOT NULL REFERENCES pairs (id),
    folder       TEXT   COLLATE "C" NOT NULL,
    name         TEXT   COLLATE "C" NOT NULL,
    document_id  BIGINT NOT NULL,
    luminance_id BIGINT NOT NULL
);
CREATE UNIQUE INDEX former_places_by_path ON former_places (pair_id, digest_of(folder), digest_of(name));

-- The name that a source folder got in Luminance, so that it stays the same from run to run.
CREATE TABLE folder_names (
    pair_id     BIGINT NOT NULL REFERENCES pairs (id),
    folder_id   BIGINT NOT NULL,                     -- of the source
    source_path TEXT   NOT NULL,
    path        TEXT   NOT NULL,                     -- below the destination folder
    PRIMARY KEY (pair_id, folder_id)
);

-- Folders of Luminance that are known to stand, to save listing them.
CREATE TABLE places (
    instance    TEXT   NOT NULL,
    division_id BIGINT NOT NULL,
    path        TEXT   NOT NULL,                     -- from the Division's root; "" is the root
    folder_id   BIGINT NOT NULL
);
CREATE UNIQUE INDEX places_by_path ON places (instance, division_id, digest_of(path));

-- Requests of the running period, so that a restart does not cross the allowance.
CREATE TABLE requests (
    id   BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    host TEXT    NOT NULL,
    at   BIGINT  NOT NULL,
    open BIGINT  NOT NULL                            -- 1: reserved, outcome unknown
);
CREATE INDEX requests_by_host ON requests (host, at);

-- What answers of 429 have done to a host's request budget, so that a restart does not undo it.
CREATE TABLE throttles (
    host       TEXT PRIMARY KEY,
    at         BIGINT NOT NULL,                      -- of the answer
    until      BIGINT NOT NULL,                      -- nothing leaves before
    recover_at BIGINT NOT NULL,                      -- when one cut is taken back
    cuts       BIGINT NOT NULL                       -- how often the share was halved
);

-- Who leads: each process that takes over counts on, and one that was overtaken writes nothing any more.
CREATE TABLE leadership (
    id    BIGINT PRIMARY KEY CHECK (id = 1),
    epoch BIGINT NOT NULL
);
INSERT INTO leadership (id, epoch) VALUES (1, 0);

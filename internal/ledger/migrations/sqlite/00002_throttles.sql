-- +goose Up

-- What answers of 429 have done to a host's request budget, so that a restart does not undo it.
-- Times are Unix milliseconds.
CREATE TABLE throttles (
    host       TEXT PRIMARY KEY,
    at         BIGINT NOT NULL,                      -- of the answer
    until      BIGINT NOT NULL,                      -- nothing leaves before
    recover_at BIGINT NOT NULL,                      -- when one cut is taken back
    cuts       BIGINT NOT NULL                       -- how often the share was halved
);

-- +goose Up

-- Who leads: each process that takes over counts on, and one that was overtaken writes nothing any more.
CREATE TABLE leadership (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    epoch BIGINT NOT NULL
);
INSERT INTO leadership (id, epoch) VALUES (1, 0);

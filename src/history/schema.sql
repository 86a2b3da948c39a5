-- What boardcast keeps on disk. Times are microseconds since 1970, UTC.

-- The ids under which these events are numbered; the newest is the one with the largest rowid.
CREATE TABLE stream (
    id TEXT PRIMARY KEY
);

-- One row: the newest number that may have been given out, the newest that is stored (or
-- known to be lost), its time, and the minute up to which `minute` is complete.
CREATE TABLE progress (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    reserved INTEGER NOT NULL,
    stored INTEGER NOT NULL,
    time INTEGER NOT NULL,
    summed INTEGER NOT NULL
);

-- Every board with stored events. Board 0 stands for the gateway itself.
CREATE TABLE board (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    latest TEXT,                 -- its last `board` message as JSON; NULL once it is removed
    gone INTEGER NOT NULL        -- its events up to this number have been deleted or lost
);

-- Every event. `kind` is 0 reading, 1 text, 2 board, 3 clock. `body` is its JSON without
-- type, seq, time and board: {"values":{"temperature":23.5}}. Later numbers are never older.
CREATE TABLE event (
    board INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    time INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (board, seq)
) WITHOUT ROWID;

-- Finds a board's states among its readings, of which there are thousands to each.
CREATE INDEX event_state ON event (board, time) WHERE kind = 2;

-- Numbers that were perhaps given out before a crash, and are not stored.
CREATE TABLE gap (
    first INTEGER PRIMARY KEY,
    last INTEGER NOT NULL
);

-- The channels of each board, in its own order.
CREATE TABLE channel (
    id INTEGER PRIMARY KEY,
    board INTEGER NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (board, name)
);

-- What a channel was in each minute (beginning at `start`): numbers, and true as 1, false as 0.
-- `count` of 0: it was there, but never a number.
CREATE TABLE minute (
    channel INTEGER NOT NULL,
    start INTEGER NOT NULL,
    min REAL,
    max REAL,
    mean REAL,
    count INTEGER NOT NULL,
    PRIMARY KEY (channel, start)
) WITHOUT ROWID;

-- The same by hour.
CREATE TABLE hour (
    channel INTEGER NOT NULL,
    start INTEGER NOT NULL,
    min REAL,
    max REAL,
    mean REAL,
    count INTEGER NOT NULL,
    PRIMARY KEY (channel, start)
) WITHOUT ROWID;

-- For people: one row a value, times as text in UTC.
CREATE VIEW readings AS
SELECT
    event.seq AS seq,
    strftime('%Y-%m-%dT%H:%M:%fZ', event.time / 1e6, 'unixepoch') AS time,
    event.time / 1000.0 AS time_ms,
    board.name AS board,
    value.key AS channel,
    value.value AS value
FROM event
JOIN board ON board.id = event.board
JOIN json_each(event.body, '$.values') AS value
WHERE event.kind = 0;

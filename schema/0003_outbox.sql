-- Events that somebody is still to be told (--on-change, --webhook). Of this database only: never merged, never exported.

-- Who is told. The command or URL may be a secret and is not here: `hash` is the SHA-256 of it, salted with observer.uid.
CREATE TABLE notify_target (
  id         INTEGER PRIMARY KEY,
  kind       TEXT NOT NULL CHECK (kind IN ('command', 'webhook')),
  hash       TEXT NOT NULL UNIQUE,
  label      TEXT NOT NULL,               -- for people: 'https://hooks.example.com'
  added      TEXT NOT NULL,               -- the first run that named it
  named      TEXT NOT NULL,               -- the last one
  confirmed  INTEGER NOT NULL             -- outbox_event.number: it has everything up to this one
) STRICT;

-- The events, in the order in which they are told. A number is never given twice.
CREATE TABLE outbox_event (
  number    INTEGER PRIMARY KEY AUTOINCREMENT,
  event_id  TEXT NOT NULL UNIQUE,         -- as in `tagdb changes`: a repetition is recognised by it
  registry  TEXT NOT NULL,
  document  TEXT,                         -- JSON; NULL once every target has confirmed it
  added     TEXT NOT NULL
) STRICT;

-- One row while a look is under way, or was killed: what it recorded may lack in outbox_event.
CREATE TABLE outbox_dirty (
  id      INTEGER PRIMARY KEY CHECK (id = 1),
  marked  TEXT NOT NULL,
  since   TEXT NOT NULL                   -- no event of that look is dated before this
) STRICT;

-- The record of what registries said. Described for readers in schema/README.md: the names here are an interface.
--
-- Instants are text, '2020-02-19T02:11:09Z': UTC, whole seconds, so text order is time order and the shell shows
-- what is meant. Everything that can be merged between databases is named by its observer.
--
-- The checks of tables that a crawl fills say `a = 'x' OR a = 'y'`: for an IN of three or more SQLite builds a table for each row.

-- Which migrations made this database. PRAGMA user_version is the newest number.
CREATE TABLE schema_migration (
  number   INTEGER PRIMARY KEY,
  name     TEXT NOT NULL,                 -- '0001_foundations.sql'
  sha256   TEXT NOT NULL,                 -- of the file: an applied migration never changes
  applied  TEXT NOT NULL
) STRICT;

-- Who looked. One row is this database itself; others arrive by import.
CREATE TABLE observer (
  id       INTEGER PRIMARY KEY,
  uid      TEXT NOT NULL UNIQUE,
  created  TEXT NOT NULL,
  is_self  INTEGER NOT NULL CHECK (is_self IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX observer_self ON observer (is_self) WHERE is_self = 1;

CREATE TABLE registry (
  id    INTEGER PRIMARY KEY,
  name  TEXT NOT NULL UNIQUE              -- 'mcr.microsoft.com', '127.0.0.1:5055'
) STRICT;

CREATE TABLE repository (
  id           INTEGER PRIMARY KEY,
  registry_id  INTEGER NOT NULL REFERENCES registry,
  name         TEXT NOT NULL,             -- 'windows/servercore'
  UNIQUE (registry_id, name)
) STRICT;

-- A name in a repository, with what the name says by itself (never what it points at).
CREATE TABLE tag (
  id             INTEGER PRIMARY KEY,
  repository_id  INTEGER NOT NULL REFERENCES repository,
  name           TEXT NOT NULL,
  kind           TEXT NOT NULL CHECK (kind = 'floating' OR kind = 'revision' OR kind = 'kb' OR kind = 'other'),
  architecture   TEXT NOT NULL,           -- the suffix: 'amd64', or '' where the name says nothing
  locale         TEXT NOT NULL,           -- the suffix: 'de-de', or ''
  os_version     TEXT,                    -- of a revision tag: '10.0.17763.1040'
  kb             TEXT,                    -- of a KB tag: 'KB4546852'
  UNIQUE (repository_id, name)
) STRICT;
CREATE INDEX tag_kb ON tag (kb) WHERE kb IS NOT NULL;

-- One look at one repository.
CREATE TABLE check_run (
  id             INTEGER PRIMARY KEY,
  observer_id    INTEGER NOT NULL REFERENCES observer,
  number         INTEGER NOT NULL,        -- counted by its observer from 1: (observer, number) names it everywhere
  repository_id  INTEGER NOT NULL REFERENCES repository,
  scope          TEXT NOT NULL CHECK (scope IN ('quiet', 'full')),
  started        TEXT NOT NULL,
  finished       TEXT,                    -- NULL while it runs, and for ever where it was killed
  outcome        TEXT NOT NULL CHECK (outcome IN ('running', 'complete', 'partial', 'failed', 'interrupted')),
  listed         INTEGER NOT NULL DEFAULT 0,  -- tags in the list
  resolved       INTEGER NOT NULL DEFAULT 0,  -- tags asked that answered with a digest
  fetched        INTEGER NOT NULL DEFAULT 0,  -- manifests and configs fetched
  requests       INTEGER NOT NULL DEFAULT 0,
  bytes          INTEGER NOT NULL DEFAULT 0,
  skipped        INTEGER NOT NULL DEFAULT 0,  -- listed tags that were not due
  failed         INTEGER NOT NULL DEFAULT 0,  -- new failures
  known          INTEGER NOT NULL DEFAULT 0,  -- failures that were recorded before and gave the same answer
  UNIQUE (observer_id, number)
) STRICT;
CREATE INDEX check_run_repository ON check_run (repository_id, started);

-- Content by the hash of its bytes. A row without bytes is known by name only: a child that was refused or is still to be fetched.
CREATE TABLE content (
  id          INTEGER PRIMARY KEY,
  digest      TEXT NOT NULL UNIQUE,
  media_type  TEXT NOT NULL,
  size        INTEGER NOT NULL,
  refused     TEXT,                       -- the registry's final answer where there are no bytes: '404 MANIFEST_UNKNOWN'
  bytes       BLOB                        -- verbatim; never written again. Last, so that the rest is read without it
) STRICT;

-- What an index lists, in its order.
CREATE TABLE index_entry (
  index_id      INTEGER NOT NULL REFERENCES content,
  position      INTEGER NOT NULL,
  manifest_id   INTEGER NOT NULL REFERENCES content,
  os            TEXT NOT NULL,
  architecture  TEXT NOT NULL,
  variant       TEXT NOT NULL,
  os_version    TEXT NOT NULL,            -- as the index says; '' where it says nothing
  os_features   TEXT NOT NULL,            -- separated by spaces
  PRIMARY KEY (index_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX index_entry_manifest ON index_entry (manifest_id);

-- What a platform manifest means: from its config, and where that could not be had, from the index entry.
CREATE TABLE image (
  manifest_id   INTEGER PRIMARY KEY REFERENCES content,
  config_id     INTEGER REFERENCES content,
  os            TEXT NOT NULL,
  architecture  TEXT NOT NULL,
  variant       TEXT NOT NULL,
  os_version    TEXT NOT NULL,            -- '10.0.17763.1040'; '' where nothing said it
  created       TEXT,                     -- the config's; before publication, and not to be trusted further than that
  layer_bytes   INTEGER                   -- sum of the compressed layers; NULL where the manifest is not held
) STRICT;
CREATE INDEX image_os_version ON image (os_version);
CREATE INDEX image_config ON image (config_id);

CREATE TABLE layer (
  manifest_id  INTEGER NOT NULL REFERENCES content,
  position     INTEGER NOT NULL,          -- 0 is the base
  digest       TEXT NOT NULL,
  media_type   TEXT NOT NULL,
  size         INTEGER NOT NULL,
  PRIMARY KEY (manifest_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE diff_id (
  config_id  INTEGER NOT NULL REFERENCES content,
  position   INTEGER NOT NULL,
  diff_id    TEXT NOT NULL,
  PRIMARY KEY (config_id, position)
) STRICT, WITHOUT ROWID;

-- The history: from first_seen to last_seen every look of this observer showed the tag in this state. A tag that goes A, B, A
-- has three spans. Spans are never deleted and only their end moves, so that (tag, observer, number) names a span in every
-- database it was merged into.
CREATE TABLE span (
  id            INTEGER PRIMARY KEY,
  tag_id        INTEGER NOT NULL REFERENCES tag,
  observer_id   INTEGER NOT NULL REFERENCES observer,
  number        INTEGER NOT NULL,            -- counted per tag by its observer from 1
  state         TEXT NOT NULL CHECK (state = 'present' OR state = 'absent' OR state = 'unpullable'),
  content_id    INTEGER REFERENCES content,  -- what it pointed at; NULL where absent or never resolved
  answer        TEXT NOT NULL DEFAULT '',    -- of an unpullable tag: '404 MANIFEST_UNKNOWN'
  first_seen    TEXT NOT NULL,
  last_seen     TEXT NOT NULL,
  opened_by     INTEGER NOT NULL REFERENCES check_run,
  confirmed_by  INTEGER NOT NULL REFERENCES check_run,
  UNIQUE (tag_id, observer_id, number),
  CHECK (first_seen <= last_seen),
  CHECK (state <> 'present' OR content_id IS NOT NULL),
  CHECK (state <> 'absent' OR content_id IS NULL)
) STRICT;
CREATE INDEX span_content ON span (content_id);
CREATE INDEX span_opened_by ON span (opened_by);

-- What could not be had, per check: the list a partly done sync prints.
CREATE TABLE failure (
  id         INTEGER PRIMARY KEY,
  check_id   INTEGER NOT NULL REFERENCES check_run,
  reference  TEXT NOT NULL,               -- 'windows/servercore:1809', 'windows/servercore@sha256:…'
  stage      TEXT NOT NULL,               -- 'list', 'resolve', 'manifest', 'config'
  status     INTEGER NOT NULL,            -- HTTP, 0 where no answer came
  code       TEXT NOT NULL,
  tries      INTEGER NOT NULL,
  known      INTEGER NOT NULL CHECK (known IN (0, 1)),
  message    TEXT NOT NULL,
  advice     TEXT NOT NULL
) STRICT;
CREATE INDEX failure_check ON failure (check_id);

-- For people: what each tag was, by name.
CREATE VIEW tag_history AS
  SELECT registry.name AS registry, repository.name AS repository, tag.name AS tag, tag.kind AS kind,
         span.state AS state, content.digest AS digest, span.answer AS answer,
         span.first_seen AS first_seen, span.last_seen AS last_seen, span.observer_id AS observer_id
  FROM span
  JOIN tag ON tag.id = span.tag_id
  JOIN repository ON repository.id = tag.repository_id
  JOIN registry ON registry.id = repository.registry_id
  LEFT JOIN content ON content.id = span.content_id;

-- For people: the platform images behind each tag's history, through one index or none.
CREATE VIEW tag_image AS
  SELECT registry.name AS registry, repository.name AS repository, tag.name AS tag,
         image.os_version AS os_version, image.architecture AS architecture, image.created AS created,
         span.first_seen AS first_seen, span.last_seen AS last_seen,
         pointed.digest AS digest, manifest.digest AS manifest
  FROM span
  JOIN tag ON tag.id = span.tag_id
  JOIN repository ON repository.id = tag.repository_id
  JOIN registry ON registry.id = repository.registry_id
  JOIN content AS pointed ON pointed.id = span.content_id
  LEFT JOIN index_entry ON index_entry.index_id = span.content_id
  JOIN image ON image.manifest_id = coalesce(index_entry.manifest_id, span.content_id)
  JOIN content AS manifest ON manifest.id = image.manifest_id;

-- The servicing knowledge: what is known about Windows releases without asking a registry. Filled from schema/reference and
-- replaced whole by a newer edition (a newer program, `tagdb knowledge import`). Columns are those of schema/reference/*.csv,
-- described in its README.md; lists are separated by ';', days are '2020-02-11' in Redmond, NULL is "not known, or does not apply".

-- Which edition it is: nothing published after as_of is in the tables.
CREATE TABLE knowledge_edition (
  id        INTEGER PRIMARY KEY CHECK (id = 1),
  as_of     TEXT NOT NULL,
  revision  INTEGER NOT NULL,             -- counts editions of one day
  source    TEXT NOT NULL
) STRICT;

-- A product with a lifecycle of its own. Without repos it is a host that has no base image.
CREATE TABLE version (
  id              INTEGER PRIMARY KEY,    -- of two products of one build the first is meant where nothing else decides
  name            TEXT NOT NULL UNIQUE,   -- 'Windows Server 2019'
  floating_tags   TEXT NOT NULL,          -- 'ltsc2019;1809'
  build           INTEGER NOT NULL,
  channel         TEXT NOT NULL CHECK (channel = 'LTSC' OR channel = 'SAC' OR channel = 'AC'),
  released        TEXT NOT NULL,
  mainstream_end  TEXT,                   -- the last supported days
  extended_end    TEXT,
  repos           TEXT NOT NULL,          -- 'windows/servercore;windows/nanoserver'
  source          TEXT NOT NULL,
  note            TEXT NOT NULL
) STRICT;
CREATE INDEX version_build ON version (build);

-- A revision that was published as a base image. By build, because an answer reads one build.
CREATE TABLE release (
  build          INTEGER NOT NULL,
  revision       INTEGER NOT NULL,
  os_version     TEXT NOT NULL,           -- '10.0.17763.1040': the key, in which build and revision are
  release_date   TEXT NOT NULL,
  label          TEXT NOT NULL,           -- '2020-02B', '2019-05 OOB': Microsoft's, not unique
  channel        TEXT NOT NULL CHECK (channel = 'LTSC' OR channel = 'SAC' OR channel = 'AC'),
  floating_tag   TEXT NOT NULL,           -- of windows/servercore; version has the others
  kb             TEXT,
  out_of_band    INTEGER NOT NULL CHECK (out_of_band = 0 OR out_of_band = 1),
  superseded_by  TEXT,                    -- the os_version that replaced it under the same label
  source         TEXT NOT NULL,
  PRIMARY KEY (build, revision, os_version)
) STRICT, WITHOUT ROWID;
CREATE INDEX release_kb ON release (kb) WHERE kb IS NOT NULL;

-- An update of Windows itself: what hosts run.
CREATE TABLE host_release (
  build         INTEGER NOT NULL,
  revision      INTEGER NOT NULL,
  os_version    TEXT NOT NULL,            -- the key
  release_date  TEXT NOT NULL,
  kb            TEXT,
  type          TEXT NOT NULL,            -- 'Standard', 'Preview', 'Out-of-band', 'Hotpatch', 'Hotpatch-OOB'
  b_label       TEXT,                     -- of B releases only
  sku           TEXT NOT NULL,            -- 'client', 'server', 'client+server': for which product line it is listed
  source        TEXT NOT NULL,
  PRIMARY KEY (build, revision, os_version)
) STRICT, WITHOUT ROWID;
CREATE INDEX host_release_kb ON host_release (kb) WHERE kb IS NOT NULL;

-- One build's thresholds of the security change of February 2020. Host and container revisions are different numbers.
CREATE TABLE baseline (
  build                          INTEGER PRIMARY KEY,
  name                           TEXT NOT NULL,
  container_1b_rev               INTEGER NOT NULL,
  container_1b_kb                TEXT NOT NULL,
  container_1b_date              TEXT NOT NULL,
  container_feb11_rev_superseded INTEGER NOT NULL,
  container_feb11_date           TEXT NOT NULL,
  container_2b_rev               INTEGER NOT NULL,
  container_2b_kb                TEXT NOT NULL,
  container_2b_date              TEXT NOT NULL,
  container_3b_rev               INTEGER,
  container_3b_kb                TEXT,
  host_1b_rev                    INTEGER NOT NULL,
  host_1b_kb                     TEXT NOT NULL,
  host_last_before_rev           INTEGER NOT NULL,
  host_last_before_kb            TEXT NOT NULL,
  host_2b_rev                    INTEGER NOT NULL,
  host_2b_kb                     TEXT NOT NULL,
  host_2b_date                   TEXT NOT NULL,
  host_2c_rev                    INTEGER NOT NULL,
  host_2c_kb                     TEXT NOT NULL,
  host_3b_rev                    INTEGER NOT NULL,
  host_3b_kb                     TEXT NOT NULL,
  container_after_min_rev        INTEGER NOT NULL,
  host_after_min_rev             INTEGER NOT NULL,
  source                         TEXT NOT NULL,
  note                           TEXT NOT NULL,
  CHECK ((container_3b_rev IS NULL) = (container_3b_kb IS NULL))
) STRICT;

-- What runs under a build number; '' where no server, or no client, has it.
CREATE TABLE host_build (
  build        INTEGER PRIMARY KEY,
  server_name  TEXT NOT NULL,
  client_name  TEXT NOT NULL,
  sku          TEXT NOT NULL CHECK (sku = iif(client_name = '', 'server', iif(server_name = '', 'client', 'shared'))),
  source       TEXT NOT NULL
) STRICT;

-- A time in which floating tags did not mean what they should have.
CREATE TABLE incident (
  id                INTEGER PRIMARY KEY,
  from_day          TEXT NOT NULL,
  to_day            TEXT,                 -- the last day; NULL where its end is not known
  repository        TEXT NOT NULL,        -- a list: 'windows/servercore;windows/server'
  tags              TEXT NOT NULL,
  kind              TEXT NOT NULL,        -- 'rollback', 'lag'
  pointed_at        TEXT NOT NULL,        -- os_version
  should_have_been  TEXT NOT NULL,
  source            TEXT NOT NULL,
  note              TEXT NOT NULL
) STRICT;

-- When a release, or a scheduled Patch Tuesday, is published: 10:00 in Redmond. Extended by `tagdb sync`.
CREATE TABLE release_instant (
  date           TEXT NOT NULL,
  label          TEXT NOT NULL,
  instant        TEXT NOT NULL,           -- '2020-02-11T18:00:00Z'
  zone           TEXT NOT NULL CHECK (zone = 'PST' OR zone = 'PDT'),
  patch_tuesday  INTEGER NOT NULL CHECK (patch_tuesday = 0 OR patch_tuesday = 1),
  released       INTEGER CHECK (released = 0 OR released = 1),  -- NULL beyond what the edition covers
  source         TEXT NOT NULL,
  PRIMARY KEY (date, label)
) STRICT, WITHOUT ROWID;
CREATE INDEX release_instant_instant ON release_instant (instant);

-- What Merlon's counters keep in PostgreSQL. In this folder `merlon.` stands for the schema, which the host names, and
-- `_v0` at the end of a function's name for the digest of all that is here: functions of another version stand beside
-- these, and several versions of a program may count in one schema at once.
--
-- `until` is the time at which a row means nothing any more, in milliseconds since 2025. A counter's is rounded up to the
-- minute, so that most charges leave the index as it is.

CREATE UNLOGGED TABLE IF NOT EXISTS merlon.counters (
  key text COLLATE "C" PRIMARY KEY,
  state bigint[] NOT NULL,
  until bigint NOT NULL
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX IF NOT EXISTS counters_until ON merlon.counters (until);

-- Who is among those of a key: processes that are alive, requests that run, subjects that are banned.
CREATE UNLOGGED TABLE IF NOT EXISTS merlon.places (
  key text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  until bigint NOT NULL,
  name text,
  PRIMARY KEY (key, id)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX IF NOT EXISTS places_until ON merlon.places (until);

-- The one table that outlives a crash of the server.
CREATE TABLE IF NOT EXISTS merlon.overrides (
  key text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (key, id)
);

-- How many at once, who is alive, who is banned: ids under a key, each until a time. The caller holds the key's row.

-- Takes out who is late, and who is there for longer than reason has it: a failover may bring a clock that lags behind.
CREATE FUNCTION merlon.places_sweep_v0(of text, ms bigint, now bigint) RETURNS void LANGUAGE sql AS
  'DELETE FROM merlon.places WHERE key = of AND (until <= now OR until > now + 2 * ms)';

CREATE FUNCTION merlon.place_put_v0(of text, who text, til bigint, named text) RETURNS void LANGUAGE sql AS
  'INSERT INTO merlon.places (key, id, until, name) VALUES (of, who, til, named)
   ON CONFLICT (key, id) DO UPDATE SET until = excluded.until, name = excluded.name';

-- A place under an id in each, or in none.
CREATE FUNCTION merlon.acquire_v0(keys text[], operation jsonb, now bigint) RETURNS text
LANGUAGE plpgsql AS $merlon$
DECLARE
  reply text := '';
  free boolean;
  every boolean := true;
  of text;
BEGIN
  FOR at IN 0 .. (operation->>2)::int - 1 LOOP
    of := keys[(operation->>(3 + 3 * at))::int];
    PERFORM merlon.places_sweep_v0(of, (operation->>(5 + 3 * at))::bigint, now);
    free := (SELECT count(*) FROM merlon.places WHERE key = of) < (operation->>(4 + 3 * at))::bigint;
    every := every AND free;
    reply := reply || CASE WHEN free THEN ' +' ELSE ' -' END;
  END LOOP;
  IF NOT every THEN RETURN '-' || reply; END IF;
  FOR at IN 0 .. (operation->>2)::int - 1 LOOP
    of := keys[(operation->>(3 + 3 * at))::int];
    PERFORM merlon.place_put_v0(of, operation->>1, now + (operation->>(5 + 3 * at))::bigint, NULL);
  END LOOP;
  RETURN '+' || reply;
END
$merlon$;

-- A place that was lost meanwhile is taken again: its request still runs, and is one of those that do.
CREATE FUNCTION merlon.renew_v0(keys text[], operation jsonb, now bigint) RETURNS text
LANGUAGE plpgsql AS $merlon$
BEGIN
  FOR at IN 0 .. (operation->>2)::int - 1 LOOP
    PERFORM merlon.place_put_v0(
      keys[(operation->>(3 + 2 * at))::int], operation->>1, now + (operation->>(4 + 2 * at))::bigint, NULL);
  END LOOP;
  RETURN '+';
END
$merlon$;

CREATE FUNCTION merlon.release_v0(keys text[], operation jsonb) RETURNS text
LANGUAGE plpgsql AS $merlon$
BEGIN
  FOR at IN 2 .. jsonb_array_length(operation) - 1 LOOP
    DELETE FROM merlon.places WHERE key = keys[(operation->>at)::int] AND id = operation->>1;
  END LOOP;
  RETURN '+';
END
$merlon$;

-- How many are alive, this one included.
CREATE FUNCTION merlon.beat_v0(of text, who text, ms bigint, now bigint) RETURNS bigint
LANGUAGE plpgsql AS $merlon$
BEGIN
  PERFORM merlon.places_sweep_v0(of, ms, now);
  PERFORM merlon.place_put_v0(of, who, now + ms, NULL);
  RETURN (SELECT count(*) FROM merlon.places WHERE key = of);
END
$merlon$;

-- Writes down who is banned; 0 ms takes it off.
CREATE FUNCTION merlon.name_v0(of text, who text, ms bigint, named text, now bigint) RETURNS text
LANGUAGE plpgsql AS $merlon$
BEGIN
  IF ms = 0 THEN
    DELETE FROM merlon.places WHERE key = of AND id = who;
    RETURN '+';
  END IF;
  PERFORM merlon.place_put_v0(of, who, now + ms, named);
  -- A flood of bans leaves the last of them to be read. To count them takes longer than to write one.
  IF random() < 0.001 THEN
    DELETE FROM merlon.places WHERE key = of AND id IN (
      SELECT id FROM merlon.places WHERE key = of ORDER BY until DESC OFFSET 100000
    );
  END IF;
  RETURN '+';
END
$merlon$;

CREATE FUNCTION merlon.banned_v0(of text, now bigint) RETURNS text LANGUAGE sql AS
  $merlon$
  SELECT '+' || coalesce(string_agg(' ' || name || ' ' || until - now, '' ORDER BY until), '')
  FROM merlon.places WHERE key = of AND until > now AND name IS NOT NULL
  $merlon$;

CREATE FUNCTION merlon.override_v0(of text, who text, written text) RETURNS void
LANGUAGE plpgsql AS $merlon$
BEGIN
  IF written = '' THEN
    DELETE FROM merlon.overrides WHERE key = of AND id = who;
  ELSE
    INSERT INTO merlon.overrides (key, id, value) VALUES (of, who, written)
    ON CONFLICT (key, id) DO UPDATE SET value = excluded.value;
  END IF;
END
$merlon$;

CREATE FUNCTION merlon.overrides_v0(of text) RETURNS text LANGUAGE sql AS
  $merlon$
  SELECT '+' || coalesce(string_agg(' ' || value, '' ORDER BY id), '') FROM merlon.overrides WHERE key = of
  $merlon$;

-- The fixed window. Definition: {3, quota, window in ms} for windows that follow each other from 1970, or {3, quota, 0,
-- bound…} for a calendar's: in ms since 1970, in order, at least three, where windows near now begin and end; the host
-- knows the calendar, and the time of this server says which of them it is. Kept is {sum, until}: what was charged, and
-- when nothing of it counts any more, in ms since 1970. State: what is used. Field: used, the ms until the window ends,
-- and the next one.

-- Where the window begins and ends, and the next one ends.
CREATE FUNCTION merlon.window_v0(definition bigint[], micros bigint) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE AS $merlon$
DECLARE
  now bigint := merlon.wall_v0(micros);
  length bigint := definition[3];
  latest int := cardinality(definition) - 2;
  start bigint := 0;
BEGIN
  IF length = 0 THEN
    FOR place IN 4 .. latest LOOP
      IF now < definition[place + 1] AND (now >= definition[place] OR place = 4) THEN
        RETURN definition[place : place + 2];
      END IF;
    END LOOP;
    -- The host's clock lags behind by more than it has told of: as long as the last one that it knows.
    start := definition[latest + 1];
    length := definition[latest + 2] - start;
  END IF;
  start := start + (now - start) / length * length;
  RETURN ARRAY[start, start + length, start + 2 * length];
END
$merlon$;

CREATE FUNCTION merlon.fixed_parse_v0(definition bigint[], raw bigint[], micros bigint) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE AS $merlon$
BEGIN
  IF raw IS NULL THEN RETURN '{0}'; END IF;
  IF cardinality(raw) <> 2 THEN RAISE 'what is kept of a limit means nothing'; END IF;
  IF raw[2] <= merlon.wall_v0(micros) THEN RETURN '{0}'; END IF;
  -- What went beyond the quota in the window before counts in this one.
  IF raw[1] > definition[2] AND raw[2] <= (merlon.window_v0(definition, micros))[2] THEN
    RETURN ARRAY[raw[1] - definition[2]];
  END IF;
  RETURN ARRAY[raw[1]];
END
$merlon$;

CREATE FUNCTION merlon.fixed_format_v0(definition bigint[], state bigint[], micros bigint) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE AS $merlon$
DECLARE
  bounds bigint[] := merlon.window_v0(definition, micros);
BEGIN
  RETURN ARRAY[state[1], CASE WHEN state[1] > definition[2] THEN bounds[3] ELSE bounds[2] END];
END
$merlon$;

CREATE FUNCTION merlon.fixed_tell_v0(definition bigint[], state bigint[], micros bigint) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $merlon$
DECLARE
  bounds bigint[] := merlon.window_v0(definition, micros);
  now bigint := merlon.wall_v0(micros);
BEGIN
  RETURN state[1] || ',' || bounds[2] - now || ',' || bounds[3] - now;
END
$merlon$;

-- The penalty. Definition: {5, group, places, within, forget, ban…}, times in microseconds: so many refusals stand for one
-- place, so many places taken within that time make a ban, the first as long as the first `ban`, and after `forget`
-- without a refusal the next is a first one again. Kept, and state, is {until, times, loose, last} and after it the places
-- that are taken, as of a strict window. Field: the microseconds left of a ban, bans in a row, and 1 where it began just
-- now.

CREATE FUNCTION merlon.penalty_parse_v0(definition bigint[], raw bigint[], micros bigint) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE AS $merlon$
BEGIN
  IF raw IS NULL THEN RETURN '{0,0,0,0}'; END IF;
  IF cardinality(raw) < 4 THEN RAISE 'what is kept of a penalty means nothing'; END IF;
  RETURN raw[1:3] || least(raw[4], micros) || merlon.places_v0(raw[5:], definition[4], micros);
END
$merlon$;

CREATE FUNCTION merlon.penalty_forget_at_v0(definition bigint[], state bigint[]) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE AS $merlon$
BEGIN
  RETURN CASE WHEN state[2] = 0 THEN 0 ELSE greatest(state[1], state[4]) + definition[5] END;
END
$merlon$;

-- What has led to it is spent.
CREATE FUNCTION merlon.penalty_ban_v0(state bigint[], length bigint, micros bigint) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE AS $merlon$
BEGIN
  RETURN ARRAY[micros + length, state[2] + 1, 0, state[4]];
END
$merlon$;

-- Whoever comes back while banned does not make it longer.
CREATE FUNCTION merlon.penalty_strike_v0(definition bigint[], state bigint[], micros bigint) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE AS $merlon$
DECLARE
  taken int := cardinality(state) - 4;
BEGIN
  IF state[1] > micros THEN RETURN state; END IF;
  IF micros >= merlon.penalty_forget_at_v0(definition, state) THEN state[2] := 0; END IF;
  IF taken = 0 AND micros >= state[4] + definition[4] THEN state[3] := 0; END IF;
  state[4] := micros;
  state[3] := state[3] + 1;
  IF state[3] < definition[2] THEN RETURN state; END IF;
  state[3] := 0;
  IF taken < definition[3] THEN
    state := state || (micros + definition[4]);
    taken := taken + 1;
  END IF;
  IF taken < definition[3] THEN RETURN state; END IF;
  RETURN merlon.penalty_ban_v0(state, definition[6 + least(state[2], cardinality(definition) - 6)], micros);
END
$merlon$;

CREATE FUNCTION merlon.penalty_ends_v0(definition bigint[], state bigint[], micros bigint) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE AS $merlon$
DECLARE
  loose bigint := CASE WHEN state[3] > 0 THEN state[4] + definition[4] ELSE 0 END;
  idle bigint := greatest(merlon.penalty_forget_at_v0(definition, state), state[1], loose);
BEGIN
  RETURN greatest(merlon.places_end_v0(state[5:], micros), (idle - micros + 999) / 1000, 0);
END
$merlon$;

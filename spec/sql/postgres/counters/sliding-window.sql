-- The sliding window counter. Definition: {2, quota, window in ms}; kept is {index, current, previous}: the window's number
-- from 1970, its sum, and the sum of the one before. Field: current, previous, and the ms until this window ends.

CREATE FUNCTION merlon.wall_v0(micros bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS
  'SELECT micros / 1000 + 1735689600000';

CREATE FUNCTION merlon.sliding_parse_v0(definition bigint[], raw bigint[], micros bigint) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE AS $merlon$
DECLARE
  now bigint := merlon.wall_v0(micros) / definition[3];
BEGIN
  IF raw IS NULL THEN RETURN ARRAY[now, 0, 0]; END IF;
  IF cardinality(raw) <> 3 THEN RAISE 'what is kept of a limit means nothing'; END IF;
  IF now > raw[1] THEN RETURN ARRAY[now, 0, CASE WHEN now = raw[1] + 1 THEN raw[2] ELSE 0 END]; END IF;
  -- A clock that goes back stands still; one that lies further behind is another machine's.
  IF now < raw[1] - 1 THEN RETURN ARRAY[now, raw[2], raw[3]]; END IF;
  RETURN raw;
END
$merlon$;

CREATE FUNCTION merlon.sliding_rest_v0(definition bigint[], state bigint[], micros bigint) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE AS $merlon$
BEGIN
  RETURN least(definition[3], (state[1] + 1) * definition[3] - merlon.wall_v0(micros));
END
$merlon$;

CREATE FUNCTION merlon.sliding_used_v0(definition bigint[], state bigint[], micros bigint) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE AS $merlon$
DECLARE
  share numeric;
BEGIN
  IF state[3] = 0 THEN RETURN state[2]; END IF;
  share := state[3]::numeric * merlon.sliding_rest_v0(definition, state, micros);
  RETURN state[2] + div(share + definition[3] - 1, definition[3])::bigint;
END
$merlon$;

CREATE FUNCTION merlon.sliding_refund_v0(definition bigint[], state bigint[], cost bigint, charged bigint)
RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE AS $merlon$
DECLARE
  back bigint := state[1] - merlon.wall_v0(charged) / definition[3];
BEGIN
  IF back <= 0 THEN RETURN ARRAY[state[1], greatest(0, state[2] - cost), state[3]]; END IF;
  IF back = 1 THEN RETURN ARRAY[state[1], state[2], greatest(0, state[3] - cost)]; END IF;
  RETURN state;
END
$merlon$;

CREATE FUNCTION merlon.sliding_ends_v0(definition bigint[], state bigint[], micros bigint) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE AS $merlon$
BEGIN
  IF state[2] = 0 AND state[3] = 0 THEN RETURN 0; END IF;
  RETURN (state[1] + CASE WHEN state[2] > 0 THEN 2 ELSE 1 END) * definition[3] - merlon.wall_v0(micros);
END
$merlon$;

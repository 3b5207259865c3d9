-- The strict window. Definition: {4, quota, window in microseconds}; kept, and state, are the times at which places that
-- are taken will be free, in microseconds. Field: the microseconds until each of them is, 0 where none is taken.

CREATE FUNCTION merlon.places_v0(raw bigint[], most bigint, micros bigint) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE AS $merlon$
BEGIN
  IF raw IS NULL OR raw = '{}' THEN RETURN '{}'; END IF;
  -- None waits for longer than a late charge can make it, unless the time is another machine's.
  RETURN ARRAY(SELECT least(moment, micros + most) FROM unnest(raw) AS moment WHERE moment > micros);
END
$merlon$;

-- How many ms until the last of them is free.
CREATE FUNCTION merlon.places_end_v0(places bigint[], micros bigint) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE AS $merlon$
BEGIN
  IF places = '{}' THEN RETURN 0; END IF;
  RETURN greatest(0, (SELECT max(moment) FROM unnest(places) AS moment) - micros + 999) / 1000;
END
$merlon$;

-- Takes what is free, and then the places that are free next, as if it had waited for them.
CREATE FUNCTION merlon.strict_debit_v0(definition bigint[], state bigint[], cost bigint, micros bigint)
RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE AS $merlon$
DECLARE
  earliest int;
BEGIN
  FOR turn IN 1 .. least(cost, 2 * definition[2]) LOOP
    IF cardinality(state) < definition[2] THEN
      state := state || (micros + definition[3]);
    ELSE
      earliest := 1;
      FOR place IN 2 .. cardinality(state) LOOP
        IF state[place] < state[earliest] THEN earliest := place; END IF;
      END LOOP;
      IF state[earliest] > micros + definition[3] THEN RETURN state; END IF;
      state[earliest] := state[earliest] + definition[3];
    END IF;
  END LOOP;
  RETURN state;
END
$merlon$;

-- The places that were taken then, and no others.
CREATE FUNCTION merlon.strict_refund_v0(definition bigint[], state bigint[], cost bigint, charged bigint)
RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE AS $merlon$
DECLARE
  left_over bigint[] := '{}';
  place bigint;
BEGIN
  FOREACH place IN ARRAY state LOOP
    IF cost > 0 AND place = charged + definition[3] THEN
      cost := cost - 1;
    ELSE
      left_over := left_over || place;
    END IF;
  END LOOP;
  RETURN left_over;
END
$merlon$;

CREATE FUNCTION merlon.strict_tell_v0(state bigint[], micros bigint) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $merlon$
BEGIN
  IF state = '{}' THEN RETURN '0'; END IF;
  RETURN array_to_string(ARRAY(SELECT moment - micros FROM unnest(state) AS moment), ',');
END
$merlon$;

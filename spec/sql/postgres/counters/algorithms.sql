-- What is asked of every algorithm, by the first number of its definition.

-- What is kept, as it stands now; null where nothing is.
CREATE FUNCTION merlon.parse_v0(definition bigint[], raw bigint[], micros bigint) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE AS $merlon$
BEGIN
  CASE definition[1]
    WHEN 1 THEN RETURN merlon.gcra_parse_v0(definition, raw, micros);
    WHEN 2 THEN RETURN merlon.sliding_parse_v0(definition, raw, micros);
    WHEN 3 THEN RETURN merlon.fixed_parse_v0(definition, raw, micros);
    WHEN 4 THEN RETURN merlon.places_v0(raw, 2 * definition[3], micros);
    WHEN 5 THEN RETURN merlon.penalty_parse_v0(definition, raw, micros);
  END CASE;
END
$merlon$;

CREATE FUNCTION merlon.admits_v0(definition bigint[], state bigint[], cost bigint, micros bigint) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE AS $merlon$
BEGIN
  CASE definition[1]
    WHEN 1 THEN RETURN state[1] + merlon.span_v0(definition, cost) <= definition[4];
    WHEN 2 THEN RETURN merlon.sliding_used_v0(definition, state, micros) + cost <= definition[2];
    WHEN 3 THEN RETURN state[1] + cost <= definition[2];
    WHEN 4 THEN RETURN cardinality(state) + cost <= definition[2];
    WHEN 5 THEN RETURN state[1] <= micros;
  END CASE;
END
$merlon$;

CREATE FUNCTION merlon.charge_v0(definition bigint[], state bigint[], cost bigint, micros bigint) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE AS $merlon$
BEGIN
  CASE definition[1]
    WHEN 1 THEN RETURN ARRAY[state[1] + cost * definition[3]];
    WHEN 2 THEN RETURN ARRAY[state[1], state[2] + cost, state[3]];
    WHEN 3 THEN RETURN ARRAY[state[1] + cost];
    WHEN 4 THEN RETURN state || array_fill(micros + definition[3], ARRAY[cost::int]);
    ELSE RETURN state;
  END CASE;
END
$merlon$;

-- Charged without asking, at most one window beyond the burst.
CREATE FUNCTION merlon.debit_v0(definition bigint[], state bigint[], cost bigint, micros bigint) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE AS $merlon$
DECLARE
  room bigint;
BEGIN
  CASE definition[1]
    WHEN 1 THEN
      RETURN ARRAY[greatest(state[1], least(state[1] + merlon.span_v0(definition, cost), definition[5]))];
    WHEN 2 THEN
      room := 2 * definition[2] - merlon.sliding_used_v0(definition, state, micros);
      RETURN ARRAY[state[1], state[2] + greatest(0, least(cost, room)), state[3]];
    WHEN 3 THEN RETURN ARRAY[greatest(state[1], least(state[1] + cost, 2 * definition[2]))];
    WHEN 4 THEN RETURN merlon.strict_debit_v0(definition, state, cost, micros);
    ELSE RETURN state;
  END CASE;
END
$merlon$;

-- Gives back what was charged at that time.
CREATE FUNCTION merlon.refund_v0(definition bigint[], state bigint[], cost bigint, charged bigint, micros bigint)
RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE AS $merlon$
BEGIN
  CASE definition[1]
    WHEN 1 THEN RETURN merlon.gcra_refund_v0(definition, state, cost, charged, micros);
    WHEN 2 THEN RETURN merlon.sliding_refund_v0(definition, state, cost, charged);
    WHEN 3 THEN
      IF merlon.wall_v0(charged) < (merlon.window_v0(definition, micros))[1] THEN RETURN state; END IF;
      RETURN ARRAY[greatest(0, state[1] - cost)];
    WHEN 4 THEN RETURN merlon.strict_refund_v0(definition, state, cost, charged);
    ELSE RETURN state;
  END CASE;
END
$merlon$;

CREATE FUNCTION merlon.tell_v0(definition bigint[], state bigint[], struck boolean, micros bigint) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $merlon$
BEGIN
  CASE definition[1]
    WHEN 1 THEN RETURN state[1];
    WHEN 2 THEN RETURN state[2] || ',' || state[3] || ',' || merlon.sliding_rest_v0(definition, state, micros);
    WHEN 3 THEN RETURN merlon.fixed_tell_v0(definition, state, micros);
    WHEN 4 THEN RETURN merlon.strict_tell_v0(state, micros);
    WHEN 5 THEN RETURN greatest(0, state[1] - micros) || ',' || state[2] || ',' || struck::int;
  END CASE;
END
$merlon$;

-- As it is kept.
CREATE FUNCTION merlon.format_v0(definition bigint[], state bigint[], micros bigint) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE AS $merlon$
BEGIN
  CASE definition[1]
    WHEN 1 THEN RETURN ARRAY[merlon.ticks_v0(micros, definition[2]) + state[1]];
    WHEN 3 THEN RETURN merlon.fixed_format_v0(definition, state, micros);
    ELSE RETURN state;
  END CASE;
END
$merlon$;

-- How many ms from now it means nothing any more; 0 where it does not now.
CREATE FUNCTION merlon.ends_v0(definition bigint[], state bigint[], micros bigint) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE AS $merlon$
BEGIN
  CASE definition[1]
    WHEN 1 THEN RETURN (state[1] + definition[2] - 1) / definition[2];
    WHEN 2 THEN RETURN merlon.sliding_ends_v0(definition, state, micros);
    WHEN 3 THEN
      IF state[1] = 0 THEN RETURN 0; END IF;
      RETURN (merlon.fixed_format_v0(definition, state, micros))[2] - merlon.wall_v0(micros);
    WHEN 4 THEN RETURN merlon.places_end_v0(state, micros);
    WHEN 5 THEN RETURN merlon.penalty_ends_v0(definition, state, micros);
  END CASE;
END
$merlon$;

-- The generic cell rate algorithm. Definition: {1, ticks a millisecond, interval, capacity, most that may be owed}; kept is
-- the time, in the limit's own ticks, at which nothing is owed any more. State: the ticks owed, which is its field too.

-- In two parts: microseconds times ticks would be more than a bigint holds.
CREATE FUNCTION merlon.ticks_v0(micros bigint, ticks bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS
  'SELECT micros / 1000 * ticks + micros % 1000 * ticks / 1000';

-- What a cost takes. Beyond the most that may be owed all costs are one.
CREATE FUNCTION merlon.span_v0(definition bigint[], cost bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS
  'SELECT least(cost, definition[5] / definition[3] + 1) * definition[3]';

CREATE FUNCTION merlon.gcra_parse_v0(definition bigint[], raw bigint[], micros bigint) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE AS $merlon$
BEGIN
  IF raw IS NULL THEN RETURN '{0}'; END IF;
  IF cardinality(raw) <> 1 THEN RAISE 'what is kept of a limit means nothing'; END IF;
  -- After a failover the time may be another machine's: nobody owes more than can be charged.
  RETURN ARRAY[greatest(0, least(raw[1] - merlon.ticks_v0(micros, definition[2]), definition[5]))];
END
$merlon$;

CREATE FUNCTION merlon.gcra_refund_v0(definition bigint[], state bigint[], cost bigint, charged bigint, micros bigint)
RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE AS $merlon$
DECLARE
  -- The time since the charge has been given back already.
  since bigint := greatest(0, merlon.ticks_v0(micros, definition[2]) - merlon.ticks_v0(charged, definition[2]));
BEGIN
  RETURN ARRAY[greatest(0, state[1] - greatest(0, merlon.span_v0(definition, cost) - since))];
END
$merlon$;

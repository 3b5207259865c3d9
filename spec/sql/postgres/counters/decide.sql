-- Decides all that arrived in one turn of a process' event loop: SELECT merlon.decide_v0(keys, request). The request, the
-- operations in it and the reply are those of spec/redis/head.lua, and so are the numbers; one statement is one
-- transaction, so what is answered is written.
--
-- A row for each key is locked before anything is read, in the order of the keys: whoever decides at the same time waits,
-- and no two wait for each other. A key that has no row is given one, which is taken away again where nothing is kept.

-- One of the charges that are told together, as if it were told alone.
CREATE FUNCTION merlon.turn_v0(run bigint[], turn int) RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE AS $merlon$
DECLARE
  several int := run[2];
  op bigint[] := '{1}';
BEGIN
  FOR i IN 1 .. several LOOP
    op := op || ARRAY[run[2 + turn * several + i], run[2 + i], 1, 0, 0];
  END LOOP;
  RETURN op;
END
$merlon$;

CREATE FUNCTION merlon.decide_v0(keys text[], request jsonb) RETURNS text
LANGUAGE plpgsql SET lock_timeout = '900ms' AS $merlon$
#variable_conflict use_column
DECLARE
  micros bigint := (request->>0)::bigint;
  slack bigint := (request->>1)::bigint;
  now_ms bigint;
  definitions text[];
  -- What is kept by the key's place, and how many ms from now it means something; null where it is not written.
  kept text[];
  lives bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(keys)]);
  touched boolean := false;
  item jsonb;
  asked int;
  code int;
  -- Charges that are told together, and how many they are.
  run bigint[];
  turns int;
  replies text[] := '{}';
  reply text;
  -- Of one operation: its numbers, and of each of its limits the place of its key and the rest.
  op bigint[];
  -- Where the limit at hand begins among the numbers.
  from_at int;
  first int;
  counted int;
  places int[];
  marks text[];
  states text[];
  oks boolean[];
  writes boolean[];
  place int;
  definition bigint[];
  state bigint[];
  struck boolean;
  charges boolean;
  every boolean;
  refused boolean;
  again boolean;
  til bigint;
  gone text[];
BEGIN
  -- The condition is never true, and the row is locked before it is asked.
  INSERT INTO merlon.counters AS c (key, state, until)
  SELECT k.key, '{}', 0 FROM (SELECT DISTINCT key COLLATE "C" AS key FROM unnest(keys) AS key ORDER BY 1) AS k
  ON CONFLICT (key) DO UPDATE SET until = 0 WHERE false;

  IF micros = 0 THEN
    micros := ((extract(epoch FROM clock_timestamp()) - 1735689600) * 1000000)::bigint;
  END IF;
  now_ms := micros / 1000;

  SELECT array_agg(nullif(c.state, '{}')::text ORDER BY k.place) INTO kept
  FROM unnest(keys) WITH ORDINALITY AS k (key, place) JOIN merlon.counters AS c ON c.key = k.key;
  SELECT array_agg(translate(d.value::text, '[] ', '{}') ORDER BY d.place) INTO definitions
  FROM jsonb_array_elements(request->2) WITH ORDINALITY AS d (value, place);

  FOR item IN SELECT o.value FROM jsonb_array_elements(request->3) AS o LOOP
    asked := (item->>0)::int;
    turns := 1;
    IF asked = 19 THEN
      run := translate(item::text, '[] ', '{}')::bigint[];
      turns := (cardinality(run) - 2) / run[2] - 1;
    END IF;
    FOR turn IN 1 .. turns LOOP
      -- A block of its own, so that what fails in it leaves the other operations as they are.
      BEGIN
        code := asked;
        IF asked = 19 AND run[2] = 1 THEN
          -- Most charges are of one limit, and need no lists.
          place := run[3 + turn];
          definition := definitions[run[3]]::bigint[];
          state := merlon.parse_v0(definition, kept[place]::bigint[], micros);
          IF merlon.admits_v0(definition, state, 1, micros) THEN
            state := merlon.charge_v0(definition, state, 1, micros);
            reply := '+ ' || merlon.tell_v0(definition, state, false, micros);
            til := merlon.ends_v0(definition, state, micros);
            kept[place] := merlon.format_v0(definition, state, micros)::text;
            lives[place] := til;
            touched := true;
          ELSE
            reply := '- -' || merlon.tell_v0(definition, state, false, micros);
          END IF;
        ELSIF asked IN (1, 2, 3, 4, 5, 18, 19) THEN
          IF asked = 19 THEN
            code := 1;
            op := merlon.turn_v0(run, turn);
          ELSE
            op := translate(item::text, '[] ', '{}')::bigint[];
          END IF;
          charges := code IN (1, 2, 18);
          first := CASE WHEN code = 5 THEN 5 ELSE 2 END;
          counted := 0;
          places := '{}'; marks := '{}'; states := '{}'; oks := '{}'; writes := '{}';
          every := true;
          refused := false;
          -- All is read and decided before anything is noted.
          FOR at IN first .. cardinality(op) BY 5 LOOP
            counted := counted + 1;
            place := op[at];
            marks[counted] := '';
            IF op[at + 3] <> 0 AND coalesce((kept[op[at + 3]]::bigint[])[1] > micros, false) THEN
              place := op[at + 4];
              marks[counted] := 'k';
            END IF;
            places[counted] := place;
            definition := definitions[op[at + 1]]::bigint[];
            state := merlon.parse_v0(definition, kept[place]::bigint[], micros);
            states[counted] := state::text;
            writes[counted] := false;
            IF charges THEN
              oks[counted] := merlon.admits_v0(definition, state, op[at + 2], micros);
              every := every AND oks[counted];
              refused := refused OR NOT oks[counted] AND definition[1] <> 5 AND code <> 18;
            END IF;
          END LOOP;
          again := false;
          IF code = 5 THEN again := coalesce((kept[op[2]]::bigint[])[1] > micros, false); END IF;

          reply := CASE WHEN every THEN '+' ELSE '-' END;
          IF charges AND code <> 1 AND every THEN reply := '+ ' || micros; END IF;
          FOR i IN 1 .. counted LOOP
            from_at := first + 5 * (i - 1);
            definition := definitions[op[from_at + 1]]::bigint[];
            state := states[i]::bigint[];
            struck := false;
            IF definition[1] = 5 THEN
              IF charges AND refused OR code = 5 AND op[4] = 1 AND NOT again THEN
                struck := state[1] <= micros;
                state := merlon.penalty_strike_v0(definition, state, micros);
                writes[i] := true;
                -- Whom that bans now has to know it: waiting for less is no use.
                struck := struck AND state[1] > micros;
                oks[i] := state[1] <= micros;
              END IF;
            ELSIF charges THEN
              IF every THEN
                state := merlon.charge_v0(definition, state, op[from_at + 2], micros);
                writes[i] := true;
              END IF;
            ELSIF op[from_at + 2] > 0 AND code = 3 THEN
              state := merlon.debit_v0(definition, state, op[from_at + 2], micros);
              writes[i] := true;
            ELSIF op[from_at + 2] > 0 AND code = 5 AND NOT again THEN
              state := merlon.refund_v0(definition, state, op[from_at + 2], op[3], micros);
              writes[i] := true;
            END IF;
            states[i] := state::text;
            IF NOT charges THEN oks[i] := merlon.admits_v0(definition, state, op[from_at + 2], micros); END IF;
            reply := reply || ' ' || CASE WHEN charges AND every THEN '' WHEN oks[i] THEN '+' ELSE '-' END || marks[i]
              || merlon.tell_v0(definition, state, struck, micros);
          END LOOP;

          FOR i IN 1 .. counted LOOP
            IF writes[i] THEN
              definition := definitions[op[first + 5 * (i - 1) + 1]]::bigint[];
              state := states[i]::bigint[];
              til := merlon.ends_v0(definition, state, micros);
              place := places[i];
              kept[place] := CASE WHEN til > 0 THEN merlon.format_v0(definition, state, micros)::text END;
              lives[place] := til;
              touched := true;
            END IF;
          END LOOP;
          -- A client may send a statement again after it has lost the answer, so a marker says that it has been done.
          IF code = 5 AND NOT again THEN
            kept[op[2]] := ARRAY[micros + 120000000]::text;
            lives[op[2]] := 120000;
            touched := true;
          END IF;

        ELSIF code = 6 THEN
          place := (item->>1)::int;
          til := micros + (item->>2)::bigint * 1000;
          -- One that stands for longer already stays so.
          IF coalesce((kept[place]::bigint[])[1] < til, true) THEN
            kept[place] := ARRAY[til]::text;
            lives[place] := (item->>2)::bigint;
            touched := true;
          END IF;
          reply := '+';
        ELSIF code = 7 THEN
          FOR i IN 1 .. jsonb_array_length(item) - 1 LOOP
            kept[(item->>i)::int] := NULL;
            lives[(item->>i)::int] := NULL;
          END LOOP;
          reply := '+';
        ELSIF code = 8 THEN
          place := (item->>1)::int;
          definition := definitions[(item->>2)::int]::bigint[];
          state := merlon.parse_v0(definition, kept[place]::bigint[], micros);
          state := merlon.penalty_ban_v0(state, (item->>3)::bigint * 1000, micros);
          kept[place] := state::text;
          lives[place] := merlon.ends_v0(definition, state, micros);
          touched := true;
          reply := '+ ' || merlon.tell_v0(definition, state, true, micros);
        ELSIF code = 9 THEN reply := merlon.acquire_v0(keys, item, now_ms);
        ELSIF code = 10 THEN reply := merlon.renew_v0(keys, item, now_ms);
        ELSIF code = 11 THEN reply := merlon.release_v0(keys, item);
        ELSIF code = 12 THEN
          state := coalesce(kept[(item->>4)::int], '{0,0}')::bigint[];
          reply := '+ ' || merlon.beat_v0(keys[(item->>1)::int], item->>2, (item->>3)::bigint, now_ms)
            || ' ' || state[1] || ' ' || state[2];
        ELSIF code = 13 OR code = 15 THEN
          -- Later than any change before, whatever the clock says.
          place := (item->>CASE WHEN code = 13 THEN 4 ELSE 1 END)::int;
          state := coalesce(kept[place], '{0,0}')::bigint[];
          state[2] := greatest(micros, state[2] + 1);
          IF code = 13 THEN
            state[1] := state[2];
            PERFORM merlon.override_v0(keys[(item->>1)::int], item->>2, item->>3);
          END IF;
          kept[place] := state::text;
          lives[place] := 34560000000;
          touched := true;
          reply := '+';
        ELSIF code = 14 THEN reply := merlon.overrides_v0(keys[(item->>1)::int]);
        ELSIF code = 16 THEN
          reply := merlon.name_v0(keys[(item->>1)::int], item->>3, (item->>4)::bigint, item->>5, now_ms);
        ELSIF code = 17 THEN reply := merlon.banned_v0(keys[(item->>1)::int], now_ms);
        ELSE RAISE 'there is no operation %', code;
        END IF;
        reply := coalesce(reply, '!what is kept means nothing');
      EXCEPTION WHEN OTHERS THEN
        reply := '!' || translate(SQLERRM, E'\r\n', '  ');
      END;
      replies := replies || reply;
    END LOOP;
  END LOOP;

  IF touched THEN
    UPDATE merlon.counters AS c SET state = w.state, until = w.until FROM (
      SELECT r.key, r.kept::bigint[] AS state, (now_ms + r.ms + slack + 59999) / 60000 * 60000 AS until
      FROM unnest(keys, kept, lives) AS r (key, kept, ms) WHERE r.ms > 0
    ) AS w WHERE c.key = w.key;
  END IF;
  SELECT array_agg(r.key) INTO gone FROM unnest(keys, kept) AS r (key, kept) WHERE r.kept IS NULL;
  IF gone IS NOT NULL THEN DELETE FROM merlon.counters WHERE key = ANY (gone); END IF;

  -- What means nothing any more is swept by whoever comes by: for each key of a call two rows, on average, and never many
  -- at once. Rows that somebody holds are left, so nobody waits for a sweep.
  IF random() < 0.125 THEN
    DELETE FROM merlon.counters WHERE key IN (
      SELECT key FROM merlon.counters WHERE until < now_ms ORDER BY until
      LIMIT least(16 * cardinality(keys) + 64, 2000) FOR UPDATE SKIP LOCKED
    );
    DELETE FROM merlon.places WHERE (key, id) IN (
      SELECT key, id FROM merlon.places WHERE until < now_ms - slack ORDER BY until LIMIT 64 FOR UPDATE SKIP LOCKED
    );
  END IF;
  RETURN array_to_string(replies, E'\n');
END
$merlon$;

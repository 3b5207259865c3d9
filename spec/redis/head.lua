-- Merlon's counters in Redis: one script for all that is decided there. Every language sends these very bytes; the files
-- of this folder are put together in the order that scripts/generate.mjs names, into one text with one digest.
--
-- One call carries many operations, which fall in one hash slot or go to a server without slots:
--
--   EVALSHA digest N key… request      (EVAL text N key… request, after NOSCRIPT alone)
--
-- `request` is JSON: [micros, slack, definitions, operations]
--   micros       0, or the time to decide by in place of the server's own, for tests: microseconds since EPOCH
--   slack        milliseconds that a key outlives what it holds
--   definitions  [[algorithm, number…], …], one for each limit that is named; the numbers stand in that algorithm's file
--   operations   [[code, …], …]; keys and definitions are named in them by their place, counted from 1
--
-- The reply is one text, a line for each operation, and of 19 for each charge:
--   `!message`          it failed, and nothing of it has been written; the others are not touched by that
--   `+ field field…`    it was done; of a charge: every limit has admitted and is charged
--   `- field field…`    a charge, and none is; each field begins with + where that limit alone admits, and with - where
--                       it refuses
-- Numbers in it are whole and written in full.
--
-- A charge, a debit and a reading name their limits by five numbers each: key, definition, cost, known, other. Where
-- `known` is not 0 and that key is a mark that stands, the limit counts in the key `other` in place of `key`; its field then begins
-- with k (after the sign). A field holds what the algorithm needs to tell how things stand, separated by commas.
--
--   [1, limit…]                                charge
--   [2, limit…]                                charge, so that it can be given back: a first field more has the micros
--   [3, limit…]                                debit: charged without asking, at most one window beyond the burst
--   [4, limit…]                                read; each field begins with + or -, as for a charge
--   [5, marker, micros, strike, limit…]        give back what was charged at `micros`; done once for each marker. Where
--                                              strike is 1, penalties take note of a refusal. Fields as of a reading
--   [6, key, ms]                               remember: the key is a mark for so long
--   [7, key…]                                  forget
--   [8, key, definition, ms]                   ban for so long, by hand
--   [9, id, n, (key, most, ms) × n]            a place under id in each, or in none: + or -, with a sign a field
--   [10, id, n, (key, ms) × n]                 the places of id are held for so long from now
--   [11, id, key…]                             the places of id are free
--   [12, key, id, ms, epochs]                  id is alive for so long; fields: how many are, when an override has changed
--                                              last, and when anything has that processes may remember, 0 for never
--   [13, key, field, value, epochs]            an override; value "" takes it away
--   [14, key]                                  all overrides: their values, one a field
--   [15, epochs]                               something has changed that processes may remember
--   [16, index, names, id, ms, name]           id is banned for so long, and its name is this; ms 0: no longer
--   [17, index, names]                         who is banned: a name and the milliseconds left, by turns
--   [18, limit…]                               as 2, for a part of what lies in several slots: penalties take no note,
--                                              since only who asks all parts knows whether it was a refusal
--   [19, n, definition × n, key × n, …]        as 1, once and again for the same n limits at a cost of 1, of which none is
--                                              a penalty; each of them has a line of its own, and fails alone
--
-- Every key that is written has its time to live set outright.

-- 2025-01-01 in seconds since 1970: microseconds since then, and finer ticks too, are exact in a double.
local EPOCH = 1735689600

local call, KEYS, floor, max = redis.call, KEYS, math.floor, math.max
local formatted = string.format

local request = cjson.decode(ARGV[1])
local micros, slack, definitions = request[1], request[2], request[3]
if micros == 0 then
  local time = call('TIME')
  micros = (time[1] - EPOCH) * 1000000 + time[2]
end
local nowMs = floor(micros / 1000)
-- Since 1970, as calendars have it.
local wallMs = nowMs + EPOCH * 1000

-- Lua writes large numbers in exponent form unless it is told otherwise.
local function whole(number)
  return formatted('%.0f', number)
end

local algorithms = {}

-- All that is kept, in one read. Of a key of another type it gives nothing, as of none, so those are read once more.
local kept = call('MGET', unpack(KEYS))

-- What has been read in this call, by the key's place: a subject that comes twice is read and written once.
local states = {}
local marks = {}
-- Definitions of the states that have to be written.
local changed = {}

local function stateOf(key, definition)
  local state = states[key]
  if state == nil then
    local raw = kept[key] or call('GET', KEYS[key])
    state = algorithms[definition[1]].parse(raw, definition)
    states[key] = state
  end
  return state
end

-- Marks are keys that hold the microseconds until which they stand.
local function isMarked(key)
  local stop = marks[key]
  if stop == nil then
    stop = tonumber(kept[key] or call('GET', KEYS[key]) or 0)
    marks[key] = stop
  end
  return stop > micros
end

-- One that stands for longer already stays so.
local function mark(key, ms)
  if isMarked(key) and marks[key] >= micros + ms * 1000 then return end
  marks[key] = micros + ms * 1000
  call('SET', KEYS[key], whole(marks[key]), 'PX', whole(ms + slack))
end

local function expire(key, ms)
  call('PEXPIRE', KEYS[key], whole(ms + slack))
end

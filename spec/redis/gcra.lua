-- The generic cell rate algorithm. Definition: [1, ticks a millisecond, interval, capacity, most that may be owed]; kept
-- is the time, in the limit's own ticks, at which nothing is owed any more. Field: the ticks owed.

local function ticksOf(at, ticksPerMs)
  -- In two parts: microseconds times ticks would be more than a double holds.
  local ms = floor(at / 1000)
  return ms * ticksPerMs + floor((at - ms * 1000) * ticksPerMs / 1000)
end

local ticks = {}
local function ticksNow(ticksPerMs)
  local now = ticks[ticksPerMs]
  if not now then
    now = ticksOf(micros, ticksPerMs)
    ticks[ticksPerMs] = now
  end
  return now
end

algorithms[1] = {
  parse = function(raw, definition)
    if not raw then return { 0 } end
    local debt = tonumber(raw) - ticksNow(definition[2])
    -- After a failover the time may be another machine's: nobody owes more than can be charged.
    return { max(0, math.min(debt, definition[5])) }
  end,
  admits = function(state, definition, cost)
    return state[1] + cost * definition[3] <= definition[4]
  end,
  charge = function(state, definition, cost)
    state[1] = state[1] + cost * definition[3]
  end,
  debit = function(state, definition, cost)
    state[1] = max(state[1], math.min(state[1] + cost * definition[3], definition[5]))
  end,
  -- The time since the charge has been given back already.
  refund = function(state, definition, cost, chargedAt)
    local since = max(0, ticksNow(definition[2]) - ticksOf(chargedAt, definition[2]))
    state[1] = max(0, state[1] - max(0, cost * definition[3] - since))
  end,
  tell = function(state)
    return whole(state[1])
  end,
  format = function(state, definition)
    return whole(ticksNow(definition[2]) + state[1]), math.ceil(state[1] / definition[2])
  end,
}

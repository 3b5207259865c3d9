-- The sliding window counter. Definition: [2, quota, window in ms]; kept is `index current previous`, the window's number
-- from 1970, its sum, and the sum of the one before. Field: current, previous, and the ms until this window ends.

local DIGIT = 65536

-- a·b/d rounded down or up, exact where the product is more than a double holds: long division by digits of 16 bits.
local function fraction(a, b, d, up)
  local quotient, rest = 0, 0
  if a * b <= 9007199254740991 then
    quotient = floor(a * b / d)
    rest = a * b - quotient * d
  else
    for power = 3, 0, -1 do
      local digit = math.fmod(floor(a / DIGIT ^ power), DIGIT)
      local part = rest * DIGIT + digit * b
      quotient = quotient * DIGIT + floor(part / d)
      rest = math.fmod(part, d)
    end
  end
  return up and rest > 0 and quotient + 1 or quotient
end

local function slidingRest(state, window)
  return math.min(window, (state.index + 1) * window - wallMs)
end

local function slidingUsed(state, window)
  if state.previous == 0 then return state.current end
  return state.current + fraction(state.previous, slidingRest(state, window), window, true)
end

algorithms[2] = {
  parse = function(raw, definition)
    local now = floor(wallMs / definition[3])
    if not raw then return { index = now, current = 0, previous = 0 } end
    local index, current, previous = string.match(raw, '^(%d+) (%d+) (%d+)$')
    local state = { index = tonumber(index), current = tonumber(current), previous = tonumber(previous) }
    local passed = now - state.index
    if passed > 0 then
      state.previous = passed == 1 and state.current or 0
      state.current = 0
      state.index = now
    elseif passed < -1 then
      -- A clock that goes back stands still; one that lies further behind is another machine's.
      state.index = now
    end
    return state
  end,
  admits = function(state, definition, cost)
    return slidingUsed(state, definition[3]) + cost <= definition[2]
  end,
  charge = function(state, _, cost)
    state.current = state.current + cost
  end,
  debit = function(state, definition, cost)
    local room = 2 * definition[2] - slidingUsed(state, definition[3])
    state.current = state.current + max(0, math.min(cost, room))
  end,
  refund = function(state, definition, cost, chargedAt)
    local back = state.index - floor((floor(chargedAt / 1000) + EPOCH * 1000) / definition[3])
    if back <= 0 then
      state.current = max(0, state.current - cost)
    elseif back == 1 then
      state.previous = max(0, state.previous - cost)
    end
  end,
  tell = function(state, definition)
    return whole(state.current) .. ',' .. whole(state.previous) .. ',' .. whole(slidingRest(state, definition[3]))
  end,
  format = function(state, definition)
    local windows = state.current > 0 and 2 or state.previous > 0 and 1 or 0
    local text = whole(state.index) .. ' ' .. whole(state.current) .. ' ' .. whole(state.previous)
    return text, windows == 0 and 0 or (state.index + windows) * definition[3] - wallMs
  end,
}

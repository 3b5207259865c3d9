-- The fixed window. Definition: [3, quota, window in ms] for windows that follow each other from 1970, or [3, quota, 0,
-- bound…] for a calendar's: in ms since 1970, in order, at least three, where windows near now begin and end; the host
-- knows the calendar, and the time of this server says which of them it is. Kept is `sum until`: what was charged, and
-- when nothing of it counts any more, in ms since 1970. Field: used, the ms until the window ends, and the next one.

local function spanOf(definition)
  local now = wallMs
  local window = definition[3]
  if window > 0 then
    local start = floor(now / window) * window
    return { start = start, stop = start + window, next = start + 2 * window, now = now }
  end
  local last = #definition - 2
  for at = 4, last do
    if now < definition[at + 1] and (now >= definition[at] or at == 4) then
      return { start = definition[at], stop = definition[at + 1], next = definition[at + 2], now = now }
    end
  end
  -- The host's clock lags behind by more than it has told of: as long as the last one that it knows.
  local first, length = definition[last + 1], definition[last + 2] - definition[last + 1]
  local start = first + floor((now - first) / length) * length
  return { start = start, stop = start + length, next = start + 2 * length, now = now }
end

algorithms[3] = {
  parse = function(raw, definition)
    local span = spanOf(definition)
    local state = { used = 0, span = span }
    if not raw then return state end
    local sum, stop = string.match(raw, '^(%d+) (%d+)$')
    sum, stop = tonumber(sum), tonumber(stop)
    if stop > span.now then
      -- What went beyond the quota in the window before counts in this one. A time that lies further on than the next
      -- window's end is another machine's.
      state.used = sum > definition[2] and stop <= span.stop and sum - definition[2] or sum
    end
    return state
  end,
  admits = function(state, definition, cost)
    return state.used + cost <= definition[2]
  end,
  charge = function(state, _, cost)
    state.used = state.used + cost
  end,
  debit = function(state, definition, cost)
    state.used = max(state.used, math.min(state.used + cost, 2 * definition[2]))
  end,
  refund = function(state, _, cost, chargedAt)
    if floor(chargedAt / 1000) + EPOCH * 1000 >= state.span.start then
      state.used = max(0, state.used - cost)
    end
  end,
  tell = function(state)
    local span = state.span
    return whole(state.used) .. ',' .. whole(span.stop - span.now) .. ',' .. whole(span.next - span.now)
  end,
  format = function(state, definition)
    local span = state.span
    local stop = state.used > definition[2] and span.next or state.used > 0 and span.stop or span.now
    return whole(state.used) .. ' ' .. whole(stop), stop - span.now
  end,
}

-- The strict window. Definition: [4, quota, window in microseconds]; kept are the times at which places that are taken
-- will be free, in microseconds. Field: the microseconds until each of them is, 0 where none is taken.

local function placesOf(raw, most)
  local places = {}
  for time in string.gmatch(raw or '', '%d+') do
    time = tonumber(time)
    -- None waits for longer than a late charge can make it, unless the time is another machine's.
    if time > micros then places[#places + 1] = math.min(time, micros + most) end
  end
  return places
end

local function formatPlaces(places)
  local last, texts = micros, {}
  for at, time in ipairs(places) do
    last = max(last, time)
    texts[at] = whole(time)
  end
  return table.concat(texts, ' '), math.ceil((last - micros) / 1000)
end

algorithms[4] = {
  parse = function(raw, definition)
    return placesOf(raw, 2 * definition[3])
  end,
  admits = function(state, definition, cost)
    return #state + cost <= definition[2]
  end,
  charge = function(state, definition, cost)
    for _ = 1, cost do state[#state + 1] = micros + definition[3] end
  end,
  -- Takes what is free, and then the places that are free next, as if it had waited for them.
  debit = function(state, definition, cost)
    local quota, window = definition[2], definition[3]
    for _ = 1, math.min(cost, 2 * quota) do
      if #state < quota then
        state[#state + 1] = micros + window
      else
        local first = 1
        for at = 2, #state do
          if state[at] < state[first] then first = at end
        end
        if state[first] > micros + window then return end
        state[first] = state[first] + window
      end
    end
  end,
  -- The places that were taken then, and no others.
  refund = function(state, definition, cost, chargedAt)
    for at = #state, 1, -1 do
      if cost > 0 and state[at] == chargedAt + definition[3] then
        table.remove(state, at)
        cost = cost - 1
      end
    end
  end,
  tell = function(state)
    if #state == 0 then return '0' end
    local texts = {}
    for at, time in ipairs(state) do texts[at] = whole(time - micros) end
    return table.concat(texts, ',')
  end,
  format = function(state)
    return formatPlaces(state)
  end,
}

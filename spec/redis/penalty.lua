-- The penalty. Definition: [5, group, places, within, forget, ban…], times in microseconds: so many refusals stand for one
-- place, so many places taken within that time make a ban, the first as long as the first `ban`, and after `forget`
-- without a refusal the next is a first one again. Kept is `until times loose last` and after it the places that are
-- taken, as of a strict window. Field: the microseconds left of a ban, bans in a row, and 1 where it began just now.

local function forgetAt(state, definition)
  if state.times == 0 then return 0 end
  return max(state.stop, state.last) + definition[5]
end

-- What has led to it is spent.
local function banFor(state, length)
  state.places = {}
  state.loose = 0
  state.stop = micros + length
  state.times = state.times + 1
  state.struck = 1
end

algorithms[5] = {
  parse = function(raw, definition)
    if not raw then return { stop = 0, times = 0, loose = 0, last = 0, places = {}, struck = 0 } end
    local stop, times, loose, last, rest = string.match(raw, '^(%d+) (%d+) (%d+) (%d+)(.*)$')
    return {
      stop = tonumber(stop), times = tonumber(times), loose = tonumber(loose),
      last = math.min(tonumber(last), micros), places = placesOf(rest, definition[4]), struck = 0,
    }
  end,
  admits = function(state)
    return state.stop <= micros
  end,
  -- Whoever comes back while banned does not make it longer.
  strike = function(state, definition)
    if state.stop > micros then return end
    if micros >= forgetAt(state, definition) then state.times = 0 end
    if #state.places == 0 and micros >= state.last + definition[4] then state.loose = 0 end
    state.last = micros
    state.loose = state.loose + 1
    if state.loose < definition[2] then return end
    state.loose = 0
    if #state.places < definition[3] then state.places[#state.places + 1] = micros + definition[4] end
    if #state.places < definition[3] then return end
    banFor(state, definition[6 + math.min(state.times, #definition - 6)])
  end,
  ban = function(state, ms)
    banFor(state, ms * 1000)
  end,
  tell = function(state)
    return whole(max(0, state.stop - micros)) .. ',' .. whole(state.times) .. ',' .. state.struck
  end,
  format = function(state, definition)
    local places, placesMs = formatPlaces(state.places)
    local loose = state.loose > 0 and state.last + definition[4] or 0
    local idle = max(forgetAt(state, definition), state.stop, loose)
    local head = whole(state.stop) .. ' ' .. whole(state.times) .. ' ' .. whole(state.loose) .. ' ' .. whole(state.last)
    return places == '' and head or head .. ' ' .. places, max(placesMs, math.ceil((idle - micros) / 1000))
  end,
}

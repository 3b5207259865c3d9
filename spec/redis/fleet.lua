-- What all processes share beside counters: who of them is alive, what principals have otherwise than the policy says, who
-- is banned, and when any of it has changed.

-- A year and a month: overrides are there until they are taken away, as long as a process asks for them once a year.
local LONG_MS = 34560000000

local MOST_BANS = 100000

local function changedAt(key, part)
  return call('HGET', KEYS[key], part) or '0'
end

local function beat(operation)
  local key, id, ms, epochs = operation[2], operation[3], operation[4], operation[5]
  sweep(key, ms)
  call('ZADD', KEYS[key], whole(nowMs + ms), id)
  expire(key, ms)
  local alive = call('ZCARD', KEYS[key])
  return table.concat({ '+', whole(alive), changedAt(epochs, 'overrides'), changedAt(epochs, 'any') }, ' ')
end

-- Later than any change before, whatever the clock says.
local function touch(key, part)
  local now = whole(max(micros, changedAt(key, 'any') + 1))
  call('HSET', KEYS[key], part, now, 'any', now)
  call('PEXPIRE', KEYS[key], whole(LONG_MS))
end

local function override(operation)
  local key, field, value, epochs = operation[2], operation[3], operation[4], operation[5]
  if value == '' then
    call('HDEL', KEYS[key], field)
  else
    call('HSET', KEYS[key], field, value)
  end
  call('PEXPIRE', KEYS[key], whole(LONG_MS))
  touch(epochs, 'overrides')
  return '+'
end

local function overrides(operation)
  local values = call('HVALS', KEYS[operation[2]])
  call('PEXPIRE', KEYS[operation[2]], whole(LONG_MS))
  table.insert(values, 1, '+')
  return table.concat(values, ' ')
end

local function touched(operation)
  touch(operation[2], 'any')
  return '+'
end

local function drop(index, names, ids)
  for _, id in ipairs(ids) do
    call('ZREM', KEYS[index], id)
    call('HDEL', KEYS[names], id)
  end
end

local function name(operation)
  local index, names, id, ms = operation[2], operation[3], operation[4], operation[5]
  drop(index, names, call('ZRANGEBYSCORE', KEYS[index], '-inf', whole(nowMs), 'LIMIT', 0, 1000))
  if ms == 0 then
    drop(index, names, { id })
  else
    call('ZADD', KEYS[index], whole(nowMs + ms), id)
    call('HSET', KEYS[names], id, operation[6])
    if call('ZCARD', KEYS[index]) > MOST_BANS then
      drop(index, names, call('ZRANGE', KEYS[index], 0, 0))
    end
  end
  local last = call('ZRANGE', KEYS[index], -1, -1, 'WITHSCORES')
  if last[2] then
    expire(index, last[2] - nowMs)
    expire(names, last[2] - nowMs)
  end
  return '+'
end

local function banned(operation)
  local fields = { '+' }
  for _, id in ipairs(call('ZRANGEBYSCORE', KEYS[operation[2]], '(' .. whole(nowMs), '+inf')) do
    local named = call('HGET', KEYS[operation[3]], id)
    if named then
      fields[#fields + 1] = named
      fields[#fields + 1] = whole(call('ZSCORE', KEYS[operation[2]], id) - nowMs)
    end
  end
  return table.concat(fields, ' ')
end

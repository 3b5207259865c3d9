-- How many at once: a sorted set for each limit and subject, of ids by the time at which their places are free again.
-- Whoever dies holds no place for longer than that.

-- Takes out who is late, and who is there for longer than reason has it: a failover may bring a clock that lags behind.
local function sweep(key, ms)
  call('ZREMRANGEBYSCORE', KEYS[key], '-inf', whole(nowMs))
  call('ZREMRANGEBYSCORE', KEYS[key], '(' .. whole(nowMs + 2 * ms), '+inf')
end

local function acquire(operation)
  local id, count = operation[2], operation[3]
  local all, fields = true, { '+' }
  for at = 4, 3 + count * 3, 3 do
    sweep(operation[at], operation[at + 2])
    local free = call('ZCARD', KEYS[operation[at]]) < operation[at + 1]
    if not free then all = false end
    fields[#fields + 1] = free and '+' or '-'
  end
  if not all then
    fields[1] = '-'
    return table.concat(fields, ' ')
  end
  for at = 4, 3 + count * 3, 3 do
    call('ZADD', KEYS[operation[at]], whole(nowMs + operation[at + 2]), id)
    expire(operation[at], operation[at + 2])
  end
  return table.concat(fields, ' ')
end

-- A place that was lost meanwhile is taken again: its request still runs, and is one of those that do.
local function renew(operation)
  for at = 4, 3 + operation[3] * 2, 2 do
    call('ZADD', KEYS[operation[at]], whole(nowMs + operation[at + 1]), operation[2])
    expire(operation[at], operation[at + 1])
  end
  return '+'
end

local function release(operation)
  for at = 3, #operation do
    call('ZREM', KEYS[operation[at]], operation[2])
  end
  return '+'
end

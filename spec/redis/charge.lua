-- Charges, debits, readings and what is given back. All is read and decided before anything is written, so that an
-- operation that fails has changed nothing.

local PENALTY = 5
local PART = 18

-- The key that a limit counts in, and how its field begins.
local function counted(operation, at)
  local known = operation[at + 3]
  if known ~= 0 and isMarked(known) then return operation[at + 4], 'k' end
  return operation[at], ''
end

local function chargeAll(operation)
  local all, refused, failed = true, false, {}
  for at = 2, #operation, 5 do
    local definition = definitions[operation[at + 1]]
    local state = stateOf(counted(operation, at), definition)
    if not algorithms[definition[1]].admits(state, definition, operation[at + 2]) then
      all = false
      failed[at] = true
      if definition[1] ~= PENALTY and operation[1] ~= PART then refused = true end
    end
  end
  local reply = all and '+' or '-'
  if all and operation[1] ~= 1 then reply = '+ ' .. whole(micros) end
  for at = 2, #operation, 5 do
    local key, mark = counted(operation, at)
    local definition = definitions[operation[at + 1]]
    local algorithm, state = algorithms[definition[1]], states[key]
    if definition[1] == PENALTY then
      if refused then
        algorithm.strike(state, definition)
        changed[key] = definition
        -- Whom that bans now has to know it: waiting for less is no use.
        failed[at] = not algorithm.admits(state)
      end
    elseif all then
      algorithm.charge(state, definition, operation[at + 2])
      changed[key] = definition
    end
    if not all then mark = (failed[at] and '-' or '+') .. mark end
    reply = reply .. ' ' .. mark .. algorithm.tell(state, definition)
  end
  return reply
end

-- Most charges are of one limit, and need no lists.
local function chargeOne(key, definition, algorithm)
  local state = states[key] or stateOf(key, definition)
  if not algorithm.admits(state, definition, 1) then return '- -' .. algorithm.tell(state, definition) end
  algorithm.charge(state, definition, 1)
  changed[key] = definition
  return '+ ' .. algorithm.tell(state, definition)
end

local function chargeSeveral(operation, at)
  local limits = { 1 }
  for limit = 0, operation[2] - 1 do
    local from = limit * 5
    limits[from + 2], limits[from + 3] = operation[at + limit], operation[3 + limit]
    limits[from + 4], limits[from + 5], limits[from + 6] = 1, 0, 0
  end
  return chargeAll(limits)
end

-- Does one thing to every limit of an operation, from its place `from` on.
local function each(operation, from, act)
  for at = from, #operation, 5 do
    stateOf(counted(operation, at), definitions[operation[at + 1]])
  end
  local fields = { '+' }
  for at = from, #operation, 5 do
    local key, mark = counted(operation, at)
    local definition = definitions[operation[at + 1]]
    local algorithm, state = algorithms[definition[1]], states[key]
    if act then act(algorithm, state, definition, operation[at + 2], key) end
    local sign = algorithm.admits(state, definition, operation[at + 2]) and '+' or '-'
    fields[#fields + 1] = sign .. mark .. algorithm.tell(state, definition)
  end
  return table.concat(fields, ' ')
end

local function debit(operation)
  return each(operation, 2, function(algorithm, state, definition, cost, key)
    if cost == 0 or definition[1] == PENALTY then return end
    algorithm.debit(state, definition, cost)
    changed[key] = definition
  end)
end

local function read(operation)
  return each(operation, 2)
end

-- A client may send a command again after it has lost the answer, so a marker says that it has been done.
local MARKER_MS = 120000

local function refund(operation)
  local marker, chargedAt, strike = operation[2], operation[3], operation[4] == 1
  local reply = each(operation, 5)
  if isMarked(marker) then return reply end
  mark(marker, MARKER_MS)
  return each(operation, 5, function(algorithm, state, definition, cost, key)
    if definition[1] == PENALTY then
      if not strike then return end
      algorithm.strike(state, definition)
    else
      if cost == 0 then return end
      algorithm.refund(state, definition, cost, chargedAt)
    end
    changed[key] = definition
  end)
end

local function remember(operation)
  mark(operation[2], operation[3])
  return '+'
end

local function forget(operation)
  for at = 2, #operation do
    local key = operation[at]
    call('DEL', KEYS[key])
    states[key] = nil
    changed[key] = nil
  end
  return '+'
end

local function ban(operation)
  local key, definition = operation[2], definitions[operation[3]]
  local state = stateOf(key, definition)
  algorithms[PENALTY].ban(state, operation[4])
  changed[key] = definition
  return '+ ' .. algorithms[PENALTY].tell(state, definition)
end

-- Runs the operations one after the other, each sealed off from the others' failures, and writes what they have changed.

local operations = {
  chargeAll, chargeAll, debit, read, refund, remember, forget, ban,
  acquire, renew, release, beat, override, overrides, touched, name, banned, chargeAll,
}
local RUN = 19

local replies = {}

local function run(act, ...)
  local done, reply = pcall(act, ...)
  if not done then
    reply = type(reply) == 'table' and reply.err or tostring(reply)
    reply = '!' .. string.gsub(reply, '[\r\n]', ' ')
  end
  replies[#replies + 1] = reply
end

for _, operation in ipairs(request[4]) do
  if operation[1] ~= RUN then
    run(operations[operation[1]], operation)
  elseif operation[2] == 1 then
    local definition = definitions[operation[3]]
    for at = 4, #operation do run(chargeOne, operation[at], definition, algorithms[definition[1]]) end
  else
    for at = 3 + operation[2], #operation, operation[2] do run(chargeSeveral, operation, at) end
  end
end

for key, definition in pairs(changed) do
  local text, ms = algorithms[definition[1]].format(states[key], definition)
  if ms > 0 then
    call('SET', KEYS[key], text, 'PX', whole(ms + slack))
  else
    call('DEL', KEYS[key])
  end
end

return table.concat(replies, '\n')

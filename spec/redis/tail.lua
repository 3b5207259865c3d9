-- Runs the operations one after the other, each sealed off from the others' failures, and writes what they have changed.

local operations = {
  charge, chargeAll, debit, read, refund, remember, forget, ban,
  acquire, renew, release, beat, override, overrides, touched, name, banned, chargeAll,
}

local replies = {}
for at, operation in ipairs(request[4]) do
  local done, reply = pcall(operations[operation[1]], operation)
  if not done then
    reply = type(reply) == 'table' and reply.err or tostring(reply)
    reply = '!' .. string.gsub(reply, '[\r\n]', ' ')
  end
  replies[at] = reply
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

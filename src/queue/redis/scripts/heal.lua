-- After somebody has deleted entries from the stream: forgets their messages, so that they are sent again.
-- KEYS: stream, messages.
local there, from = {}, '-'
repeat
    local entries = redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', 100)
    for _, entry in ipairs(entries) do
        for i = 1, #entry[2], 2 do
            if entry[2][i] == 'message' then there[entry[2][i + 1]] = true end
        end
        from = '(' .. entry[1]
    end
until #entries == 0
for _, message in ipairs(redis.call('SMEMBERS', KEYS[2])) do
    if not there[message] then redis.call('SREM', KEYS[2], message) end
end
return redis.status_reply('OK')

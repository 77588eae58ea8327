-- After somebody has deleted entries from the stream: forgets those that are gone, so that they are sent again.
-- KEYS: stream, entries.
local known = redis.call('HGETALL', KEYS[2])
for i = 1, #known, 2 do
    if #redis.call('XRANGE', KEYS[1], known[i + 1], known[i + 1]) == 0 then redis.call('HDEL', KEYS[2], known[i]) end
end
return redis.status_reply('OK')

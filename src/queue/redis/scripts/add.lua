-- Puts events into the stream, each message once: what is there already stays as it is.
-- KEYS: stream, entries. ARGV: message and event in turn.
for i = 1, #ARGV, 2 do
    if redis.call('HEXISTS', KEYS[2], ARGV[i]) == 0 then
        local entry = redis.call('XADD', KEYS[1], '*', 'message', ARGV[i], 'event', ARGV[i + 1])
        redis.call('HSET', KEYS[2], ARGV[i], entry)
    end
end
return redis.status_reply('OK')

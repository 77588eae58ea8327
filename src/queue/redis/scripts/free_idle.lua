-- Frees what has been held for longer than a lease, by whomever.
-- KEYS: stream, delayed. ARGV: group, lease in milliseconds, now, nobody.
local cursor = '0-0'
repeat
    local found = redis.call('XAUTOCLAIM', KEYS[1], ARGV[1], ARGV[4], ARGV[2], cursor, 'COUNT', 100, 'JUSTID')
    for _, entry in ipairs(found[2]) do redis.call('ZADD', KEYS[2], 'NX', ARGV[3], entry) end
    cursor = found[1]
until cursor == '0-0'
return redis.status_reply('OK')

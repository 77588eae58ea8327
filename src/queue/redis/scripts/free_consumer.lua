-- Frees what a dead consumer held, which counts as a failure of each, and forgets the consumer.
-- KEYS: stream, delayed. ARGV: group, consumer, now, nobody.
local left = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1000, ARGV[2])
for _, pending in ipairs(left) do
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[4], 0, pending[1], 'RETRYCOUNT', pending[4], 'JUSTID')
    redis.call('ZADD', KEYS[2], ARGV[3], pending[1])
end
if #left < 1000 then redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2]) end
return #left

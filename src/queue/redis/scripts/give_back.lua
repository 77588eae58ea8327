-- Gives entries back for a later claim, as far as the consumer still holds them by this very delivery. Answers with 1
-- or 0 for each.
-- KEYS: stream, delayed. ARGV: group, consumer, due, nobody; then entry, deliveries and failures in turn.
local given = {}
for i = 5, #ARGV, 3 do
    local pending = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1)[1]
    local held = pending and pending[2] == ARGV[2] and pending[4] == tonumber(ARGV[i + 1])
    if held then
        redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[4], 0, ARGV[i], 'RETRYCOUNT', ARGV[i + 2], 'JUSTID')
        redis.call('ZADD', KEYS[2], ARGV[3], ARGV[i])
    end
    given[#given + 1] = held and 1 or 0
end
return given

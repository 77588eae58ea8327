-- Claims entries that were given back and whose time has come. One that has failed before comes alone: should it kill
-- its process, then no other is blamed with it. Answers with entry, fields and number of deliveries of each.
-- KEYS: stream, delayed. ARGV: group, consumer, now, count.
local taken = {}
for _, entry in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[3], 'LIMIT', 0, ARGV[4])) do
    local pending = redis.call('XPENDING', KEYS[1], ARGV[1], entry, entry, 1)[1]
    local failed = pending and pending[4] or 0
    if failed > 0 and #taken > 0 then break end
    redis.call('ZREM', KEYS[2], entry)
    local claimed = pending and redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, entry)[1]
    if claimed then
        taken[#taken + 1] = {claimed[1], claimed[2], failed + 1}
        if failed > 0 then break end
    elseif pending then
        redis.call('XACK', KEYS[1], ARGV[1], entry)  -- somebody has deleted the entry itself
    end
end
return taken

-- Takes an entry out of the stream and leaves a dead letter, if the consumer still holds it by this very delivery.
-- Answers with 1 or 0.
-- KEYS: stream, messages, delayed, dead. ARGV: group, consumer, entry, deliveries, message, keep ('1': with what the
-- entry holds); then the fields of the dead letter.
local pending = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1)[1]
if not pending or pending[2] ~= ARGV[2] or pending[4] ~= tonumber(ARGV[4]) then return 0 end
local fields = {}
for i = 7, #ARGV do fields[#fields + 1] = ARGV[i] end
if ARGV[6] == '1' then
    local entry = redis.call('XRANGE', KEYS[1], ARGV[3], ARGV[3])[1]
    for i = 1, entry and math.min(#entry[2], 100) or 0 do fields[#fields + 1] = entry[2][i] end
end
redis.call('XADD', KEYS[4], '*', unpack(fields))
redis.call('XACK', KEYS[1], ARGV[1], ARGV[3])
redis.call('XDEL', KEYS[1], ARGV[3])
redis.call('ZREM', KEYS[3], ARGV[3])
redis.call('SREM', KEYS[2], ARGV[5])
return 1

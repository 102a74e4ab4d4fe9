"""What Redis does for proctoring.frames_gateway: each script one step that nothing comes between.

They find out themselves which keys they touch: the rung says which tries wait. All keys begin with `face:`.
"""

_KEYS = """
local RUNG, AWAKE, ONE_MORE = 'face:rung', 'face:awake', 'face:one_more'
local function key(nonce, what) return 'face:' .. nonce .. ':' .. what end
local function note(person, nonce, seconds)
  redis.call('SADD', 'face:person:' .. person, nonce)
  redis.call('EXPIRE', 'face:person:' .. person, seconds)
end
local function ring(nonce, claim_seconds, seconds)
  if not redis.call('SET', key(nonce, 'busy'), '1', 'NX', 'EX', claim_seconds) then return 0 end
  local waiting = redis.call('RPUSH', RUNG, nonce)
  redis.call('EXPIRE', RUNG, seconds)
  return waiting
end
"""
# Puts frames into their lists. Answers for each: WAKE a worker, FULL or neither, and what there is to say by now. No one more is
# woken while a task waits: all are awake then, and who calls again and again would have verdicts wait behind the calls.
PUT = (
    _KEYS
    + """
local most_tries, most_frames, few_waiting = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local seconds, claim_seconds, awake_ms, one_more_ms, queue = ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local function put(nonce, person, frame)
  if redis.call('LLEN', RUNG) >= most_tries then return 2 end
  local over = redis.call('RPUSH', key(nonce, 'frames'), frame) - most_frames
  if over > 0 then
    redis.call('LTRIM', key(nonce, 'frames'), over, -1)
    redis.call('INCRBY', key(nonce, 'dropped'), over)
    redis.call('EXPIRE', key(nonce, 'dropped'), seconds)
  end
  redis.call('EXPIRE', key(nonce, 'frames'), seconds)
  note(person, nonce, seconds)
  local waiting = ring(nonce, claim_seconds, seconds)
  if waiting == 0 then return 0 end
  if redis.call('SET', AWAKE, '1', 'NX', 'PX', awake_ms) then return 1 end
  if waiting <= few_waiting or redis.call('LLEN', queue) > 0 then return 0 end
  if redis.call('SET', ONE_MORE, '1', 'NX', 'PX', one_more_ms) then return 1 end
  return 0
end
local answers = {}
for at = 9, #ARGV, 3 do
  local said = redis.call('LRANGE', key(ARGV[at], 'answers'), 0, -1)
  if #said > 0 then redis.call('DEL', key(ARGV[at], 'answers')) end
  answers[#answers + 1] = {put(ARGV[at], ARGV[at + 1], ARGV[at + 2]), said}
end
return answers
"""
)
WAKE, FULL = 1, 2
# Claims a try and takes what waits of it. Answers its nonce, how many facts are kept, and the frames; nothing where it is
# another's. Nothing waits: it is let go in the same breath.
_TAKE = (
    _KEYS
    + """
local mark, claim_seconds, seconds = ARGV[1], ARGV[2], ARGV[3]
local function take(nonce)
  if not redis.call('SET', key(nonce, 'claimed'), mark, 'NX', 'EX', claim_seconds) then return false end
  local frames = redis.call('LRANGE', key(nonce, 'frames'), 0, -1)
  if #frames == 0 then
    redis.call('DEL', key(nonce, 'busy'), key(nonce, 'claimed'))
  else
    redis.call('DEL', key(nonce, 'frames'))
    redis.call('SET', key(nonce, 'busy'), '1', 'EX', claim_seconds)
  end
  return {nonce, redis.call('LLEN', key(nonce, 'facts')), frames}
end
"""
)
CLAIM = _TAKE + "return take(ARGV[4])"
# Keeps what was seen of tries, says what there is to say, lets them go, and takes what has waited longest. A try of which
# frames wait by now rings at once: between two steps a frame would come while it was still claimed, be passed over, and stand
# there without a ring until `busy` ran out. Who has lost a try meanwhile lets go nothing.
TURN = (
    _TAKE
    + """
local awake_ms, most, most_pictures, said_seconds = ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7]
local at = 8
local function push(name, count, expires)
  for i = at, at + count - 1 do redis.call('RPUSH', name, ARGV[i]) end
  at = at + count
  if count > 0 then redis.call('EXPIRE', name, expires) end
end
while at <= #ARGV do
  local nonce, its_mark, person, again = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3] == '1'
  local facts, pictures, said = tonumber(ARGV[at + 4]), tonumber(ARGV[at + 5]), tonumber(ARGV[at + 6])
  at = at + 7
  if facts + pictures > 0 then note(person, nonce, seconds) end
  push(key(nonce, 'facts'), facts, seconds)
  push(key(nonce, 'pictures'), pictures, seconds)
  push(key(nonce, 'answers'), said, said_seconds)
  if pictures > 0 then redis.call('LTRIM', key(nonce, 'pictures'), -most_pictures, -1) end
  local holder = redis.call('GET', key(nonce, 'claimed'))
  if holder == its_mark then redis.call('DEL', key(nonce, 'busy'), key(nonce, 'claimed')) end
  if again and (not holder or holder == its_mark) and redis.call('LLEN', key(nonce, 'frames')) > 0 then
    ring(nonce, claim_seconds, seconds)
  end
end
if most > 0 then redis.call('SET', AWAKE, '1', 'PX', awake_ms) end
local taken = {}
while most > 0 do
  local nonce = redis.call('LPOP', RUNG)
  if not nonce then break end
  local found = take(nonce)
  if found and #found[3] > 0 then
    taken[#taken + 1] = found
    most = most - #found[3]
  end
end
return taken
"""
)

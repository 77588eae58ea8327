-- Load for wrk: KIND=offers|fresh|bulk DIR=<folder with tokens.txt, service.txt and users.txt> wrk -s bench/api_load.lua URL
-- offers: pages of 50 of many users, one after the other. fresh: the same, each by a name of its own, so that none is
-- known from before. bulk: 100 new offers a call, each of another user.
-- Prints one line of JSON at its end.
local dir, kind = os.getenv("DIR") or ".", os.getenv("KIND") or "offers"
local users, tokens, pieces = {}, {}, {}

local function lines(name)
  local found = {}
  for line in io.lines(dir .. "/" .. name) do found[#found + 1] = line end
  return found
end

users, tokens = lines("users.txt"), lines("tokens.txt")
local service = lines("service.txt")[1]
math.randomseed(os.time() + (tonumber(tostring({}):match("0x(%x+)"), 16) or 0) % 1000000)
local run, calls = math.random(1, 1e9), 0

if kind == "bulk" then
  local rows = {}
  for i = 1, 100 do
    local id, email = users[i]:match("(%d+) (%S+)")
    rows[i] = string.format('{"user_id":%s,"email":"%s","match_score":7,"reason":"It asks for what you know, at your level, where you want to work.","technologies_matched":"Python, FastAPI, PostgreSQL, Docker","title":"Backend Engineer RUN-%d","company":"Acme %d","location":"Remote","description":"Build and run services in Python, ship them in containers, and look after them in production.","apply_link":"https://careers.example.com/jobs/RUN-%d"}', id, email, i, i, i)
  end
  -- Cut once where each call differs: the client's own work is not what is measured.
  local batch = '{"job_offers":[' .. table.concat(rows, ",") .. ']}'
  for piece in (batch .. "RUN"):gmatch("(.-)RUN") do pieces[#pieces + 1] = piece end
end

request = function()
  calls = calls + 1
  if kind == "bulk" then
    local headers = {["Content-Type"] = "application/json", Authorization = "Bearer " .. service}
    return wrk.format("POST", "/service/job_offers/bulk_create", headers, table.concat(pieces, run .. "-" .. calls))
  end
  local token = tokens[calls % #tokens + 1]
  local path = "/job-offers?limit=50&offset=0"
  if kind == "fresh" then path = path .. "&name=" .. run .. "-" .. calls end
  return wrk.format("GET", path, {Authorization = "Bearer " .. token})
end

local threads = {}
function setup(thread) threads[#threads + 1] = thread end
function init() failed = 0 end
function response(status) if status >= 300 then failed = failed + 1 end end
function done(summary, latency)
  local refused = 0
  for _, thread in ipairs(threads) do refused = refused + thread:get("failed") end
  local lost = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  print(string.format('{"per_second":%.1f,"p50_ms":%.2f,"p99_ms":%.2f,"failed":%d,"bytes":%.0f}',
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    refused + lost, summary.bytes / math.max(1, summary.requests)))
end

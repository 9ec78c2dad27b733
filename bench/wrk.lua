-- One path, with the lines of a file as cookies in turn, from a random one on; ends with a line of JSON.
local path = os.getenv("WRK_PATH")
local cookies = os.getenv("WRK_COOKIES")
local file
local bare

init = function()
  bare = wrk.format("GET", path)
  if cookies == "" then return end
  file = io.open(cookies)
  math.randomseed(os.time())
  file:seek("set", math.random(0, file:seek("end") - 1))
  file:read()
end

request = function()
  if not file then return bare end
  local line = file:read()
  if not line then
    file:seek("set")
    line = file:read()
  end
  return wrk.format("GET", path, { ["Cookie"] = line })
end

done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\nJSON {"requests":%d,"duration":%d,"bytes":%d,"p50":%d,"p99":%d,"failed":%d}\n',
    summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end

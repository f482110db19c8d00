-- wrk: posts BENCH_BODY with BENCH_HEADERS ("name: value" lines) and ends with one line of JSON; latencies in microseconds.
wrk.method = "POST"
wrk.body = os.getenv("BENCH_BODY")
for name, value in os.getenv("BENCH_HEADERS"):gmatch("([^:\n]+): ([^\n]+)") do
  wrk.headers[name] = value
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    '{"seconds":%f,"answers":%d,"refused":%d,"broken":%d,"p50":%d,"p99":%d}',
    summary.duration / 1e6,
    summary.requests,
    errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50),
    latency:percentile(99)
  ))
end

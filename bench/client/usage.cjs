// Preloaded by the benchmark: writes peak resident memory (KiB) and CPU time (µs) when the process ends.
process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const usage = JSON.stringify({ memory: maxRSS, cpu: userCPUTime + systemCPUTime });
  require('node:fs').writeFileSync(process.env.BENCH_USAGE, usage);
});

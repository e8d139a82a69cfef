// Preloaded by the benchmark: writes the peak resident memory in KiB when the process ends.
process.on('exit', () => {
  require('node:fs').writeFileSync(process.env.BENCH_MEMORY, String(process.resourceUsage().maxRSS));
});

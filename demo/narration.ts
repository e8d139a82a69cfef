const started = performance.now();

export function heading(text: string): void {
  console.log(`\n=== ${text}`);
}

export function narrate(text: string): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(5);
  console.log(`${seconds} s  ${text}`);
}

/** A job's log as people see it, masked by the runner, without its folded groups. */
export function show(log: string): void {
  let folded = false;
  for (const line of log.split('\n')) {
    if (line.startsWith('##[group]')) folded = true;
    if (!folded && line.trim() !== '') console.log(`           | ${line}`);
    if (line.startsWith('##[endgroup]')) folded = false;
  }
}

/** @throws Error when what must have happened did not */
export function must(happened: boolean, what: string): void {
  if (!happened) throw new Error(`NOT as it must be: ${what}`);
  console.log(`         ✓ ${what}`);
}

import { writeFileSync } from 'node:fs';

/** What jest hands to a reporter at the end, as far as it matters here (jest, Configuration, `reporters`). */
interface Result {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

/**
 * Writes `N passed, N failed, N skipped` to the file that TEST_COUNTS names, for .ci/run. A test file that could not
 * even be loaded counts as one failure.
 */
export default class CountReporter {
  onRunComplete(_contexts: unknown, result: Result): void {
    const path = process.env['TEST_COUNTS'] ?? '';
    if (path === '') return;
    const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
    const skipped = result.numPendingTests + result.numTodoTests;
    const counts = [
      `${String(result.numPassedTests)} passed`,
      `${String(failed)} failed`,
      `${String(skipped)} skipped`,
    ];
    writeFileSync(path, `${counts.join(', ')}\n`);
  }
}

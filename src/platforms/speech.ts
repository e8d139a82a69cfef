import type { Host } from '../domain/host.ts';
import type { Job } from '../domain/job.ts';

const marks: Readonly<Record<Parameters<Job['tell']>[0], string | undefined>> = {
  debug: undefined,
  info: '',
  warning: 'warning: ',
  error: 'error: ',
};

/**
 * `tell` where people read standard error: lines that say whose they are, in which nothing is a command to a runner
 * or to a terminal. Nothing ever goes to standard output, which may be a file or a variable.
 */
export function speech(host: Host): Job['tell'] {
  return (level, text) => {
    const mark = marks[level];
    if (mark === undefined) return;
    const lines = text
      .split(/\r\n|[\n\r\u2028\u2029]/)
      .map((line) => line.replace(controls(), '?').replaceAll('::', ': :').replaceAll('##[', '# ['));
    host.printError(lines.map((line) => `ephemeral-creds: ${mark}${line}\n`).join(''));
  };
}

/** Made when it is needed: Unicode’s classes are looked up whenever a literal is parsed. */
function controls(): RegExp {
  return new RegExp('[\\p{Cc}\\p{Cf}\\p{Cs}]', 'gu');
}

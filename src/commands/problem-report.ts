import type { CredsError } from '../domain/errors.ts';
import type { Host } from '../domain/host.ts';
import type { Job } from '../domain/job.ts';

/** What went wrong, what to change, whom to show what: one annotation, and the summary if `summary` allows. */
export function tellProblem(
  error: CredsError,
  job: Job,
  { host, summary }: { host: Host; summary: boolean },
): void {
  const page = pageOf(error, host.env);
  const id = error.requestId === undefined ? '' : ` Request id: ${error.requestId}.`;
  job.tell('error', annotation(error, id, page));
  if (!summary) return;
  const text = `${error.message}${id} ${error.hint}`.replace(
    /[\\|*_[\]<>&#!]/g,
    (char) => `&#${String(char.charCodeAt(0))};`,
  );
  try {
    job.summarise(`### Nothing was delivered\n\n${text} See ${page}\n`);
  } catch {
    // The annotation has said it; a summary that cannot be written must not hide it.
  }
}

/** The same for what is wrong and stops nothing. */
export function tellWarning(error: CredsError, { job, host }: { job: Job; host: Host }): void {
  job.tell('warning', annotation(error, '', pageOf(error, host.env)));
}

function annotation({ message, hint, code }: CredsError, id: string, page: string): string {
  return `${message}${id}\n${hint}\n[${code}] ${page}`;
}

/** The page at the very version of the action that runs, where the runner tells which one that is. */
function pageOf(error: CredsError, env: Host['env']): string {
  const [server, repository, ref] = [
    'GITHUB_SERVER_URL',
    'GITHUB_ACTION_REPOSITORY',
    'GITHUB_ACTION_REF',
  ].map((name) => env[name] ?? '');
  return server && repository && ref ? `${server}/${repository}/blob/${ref}/${error.page}` : error.page;
}

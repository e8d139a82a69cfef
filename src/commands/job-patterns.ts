import { CredsError } from '../domain/errors.ts';
import { Secret } from '../domain/secret.ts';
import { hasSecrets, secretsAsTheyCome } from '../leases/hidden-secrets.ts';
import { listIntents, type Whereabouts } from '../leases/ledger.ts';
import { compilePatterns, type Patterns } from '../redaction/redactor.ts';

const shortest = 8;

/**
 * What has to be hidden in a job’s output: what it has borrowed, what giving that back takes, and some variables.
 * @param variables names of variables whose values have to be hidden besides
 * @returns a function that gives the same patterns until the job has borrowed more
 * @throws CredsError `cannot-redact` when it is not known what is to be hidden; its result throws it, too
 */
export function patternsOfJob(where: Whereabouts, variables: readonly string[]): () => Patterns {
  const inFolder = where.job.folderOf === 'job';
  if (!(inFolder && hasSecrets(where)) && variables.length === 0)
    throw new CredsError('cannot-redact', 'It is not known what has to be hidden.');
  const secrets = new Set(variables.map((name) => valueOf(name, where).reveal()));
  const handles = new Set<string>();
  const news = inFolder ? secretsAsTheyCome(where) : () => [];
  let patterns: Patterns | undefined;
  return () => {
    const found = newsOf(news);
    if (patterns !== undefined && found.length === 0) return patterns;
    for (const secret of found) secrets.add(secret.reveal());
    if (inFolder) for (const handle of handlesOf(where)) handles.add(handle);
    patterns = compilePatterns(secrets, handles);
    return patterns;
  };
}

function newsOf(news: () => Secret[]): Secret[] {
  try {
    return news();
  } catch (cause) {
    throw new CredsError('cannot-redact', 'What this job has to hide cannot be read.', { cause });
  }
}

function handlesOf(where: Whereabouts): string[] {
  const debts = listIntents(where).flatMap(({ debt, kept = {} }) => [debt, kept]);
  return debts
    .flatMap((debt) => Object.entries(debt))
    .flatMap(([name, value]) => (name === 'url' ? [] : value));
}

function valueOf(name: string, { host }: Whereabouts): Secret {
  const value = host.env[name] ?? '';
  if (value.length >= shortest) return new Secret(value);
  const problem = value === '' ? 'is not set' : `holds less than ${String(shortest)} characters`;
  throw new CredsError('cannot-redact', `The variable ${name}, which has to be hidden, ${problem}.`);
}

import { CredsError } from '../domain/errors.ts';
import type { Intent } from '../domain/intent.ts';
import type { Job } from '../domain/job.ts';
import type { Secret } from '../domain/secret.ts';
import { readIntent } from '../leases/intent-text.ts';

/** A job of which one command is all: what is delivered goes to that command and to nobody else. */
export interface ChildJob extends Job {
  /** What was exported so far: the command's own environment. */
  readonly variables: Readonly<Record<string, string>>;
  /** What was delivered to it: hidden in every rendering. */
  readonly secrets: readonly Secret[];
  /** What else was asked to be hidden. */
  readonly masks: ReadonlySet<string>;
  /** What the job has written down last about what it owes. */
  owed(): Intent | undefined;
}

/** @param job tells people on standard error; nothing that is delivered reaches it */
export function childJob(job: Job): ChildJob {
  const variables: Record<string, string> = {};
  const secrets: Secret[] = [];
  const masks = new Set<string>();
  let remembered = '';
  return {
    ...job,
    variables,
    secrets,
    masks,
    hide: (more) => {
      secrets.push(...more);
    },
    mask: (patterns) => {
      for (const pattern of patterns) masks.add(pattern);
    },
    exportVariables: (more) => {
      for (const [name, value] of Object.entries(more)) {
        if (value.includes('\0') || !value.isWellFormed())
          throw new CredsError('credential-unusable', `The value for ${name} cannot be handed over safely.`);
      }
      Object.assign(variables, more);
    },
    setOutputs: () => undefined,
    remember: (text) => {
      remembered = text;
    },
    recall: () => remembered,
    commandFiles: () => [],
    owed: () => readIntent(remembered),
  };
}

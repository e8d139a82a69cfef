import type { Job, PipelineFile, Step } from '../files/file.ts';
import type { Fix, Rewrite, Wish } from './fix.ts';
import { given, textGiven, wholeSecret } from './places.ts';

export interface Login {
  readonly file: PipelineFile;
  readonly job: Job;
  readonly step: Step;
}

export interface ContainerLogin {
  readonly name: string;
  readonly what: string;
  readonly host: RegExp;
  /** @throws NotSure */
  readonly rewrite: (login: Login, wish: Wish) => Rewrite;
}

/** A fix of `docker/login-action` for the registries of one kind of host. https://github.com/docker/login-action */
export function containerLogin({ name, what, host, rewrite }: ContainerLogin): Fix {
  return {
    name,
    what,
    platform: 'github-actions',
    find: (file, { wish }) =>
      file.jobs.flatMap((job) =>
        job.steps.flatMap((step) => {
          if (step.action?.name !== 'docker/login-action') return [];
          const secret = wholeSecret(given(step.inputs, 'password'));
          if (secret === undefined || !host.test(textGiven(step.inputs, 'registry') ?? '')) return [];
          const user = wholeSecret(given(step.inputs, 'username'));
          const secrets = user === undefined ? [secret] : [user, secret];
          return [{ job, step, secrets, make: () => rewrite({ file, job, step }, wish) }];
        }),
      ),
  };
}

/** Whether a job pushes images, as far as the file tells. */
export function pushes({ steps }: Job): boolean {
  return steps.some(({ action, inputs, script }) => {
    const push = textGiven(inputs, 'push') ?? textGiven(inputs, 'outputs');
    if (action !== undefined) return push !== undefined && push !== 'false';
    return script?.shell.commands.some(({ line }) => /\bpush\b/.test(line)) === true;
  });
}

import type { Job, PipelineFile, Step } from '../files/file.ts';
import { NotSure, type PlainMap } from './change.ts';
import type { Asked, Fix, Rewrite, Wish } from './fix.ts';
import { eventsOf } from './job-events.ts';
import { swapInputs, variable } from './lend.ts';
import { given, stepPath, wholeSecret } from './places.ts';
import { stemOf } from './role-name.ts';
import { grant } from './token-scopes.ts';

/** A vendor’s own action that takes the ID token as soon as other inputs stand in the static ones’ place. */
export interface VendorStep {
  readonly name: string;
  readonly what: string;
  readonly action: string;
  /** Inputs that hold the credential, in lower case: each goes. */
  readonly statics: readonly string[];
  /** Endings of the names of such secrets: what is before them begins the names of variables. */
  readonly endings: RegExp;
  /**
   * What stands in their place.
   * @param ask has a value said by the caller: the name of its variable without its beginning, and what it is
   * @throws NotSure for inputs that do not fit
   */
  inputs(step: Step, ask: Ask): PlainMap;
  before(job: Job, secret: string): string;
}

export type Ask = (name: string, what: string) => string;

/**
 * What the action leaves behind (a logged-in command line, files, outputs) stays as it is for the steps that follow.
 */
export function vendorStep(vendor: VendorStep): Fix {
  const { name, what, action, statics } = vendor;
  return {
    name,
    what,
    platform: 'github-actions',
    find: (file, { wish }) =>
      file.jobs.flatMap((job) =>
        job.steps.flatMap((step) => {
          if (step.action?.name !== action) return [];
          const secrets = statics.flatMap((each) => wholeSecret(given(step.inputs, each)) ?? []);
          if (secrets.length === 0) return [];
          return [{ job, step, secrets, make: () => rewrite(vendor, { file, job, step }, wish) }];
        }),
      ),
  };
}

function rewrite(
  vendor: VendorStep,
  { file, job, step }: { readonly file: PipelineFile; readonly job: Job; readonly step: Step },
  wish: Wish,
): Rewrite {
  if (wish.to === 'broker')
    throw new NotSure(
      'the broker has nothing narrower to lend than its own federation: use `--to platform` for it',
    );
  const events = eventsOf(file, job, step, wish);
  const written = step.inputs.filter(({ name }) => vendor.statics.includes(name.toLowerCase()));
  const [secret = ''] = written.flatMap((each) => wholeSecret(each) ?? []);
  const reads: Asked[] = [];
  const inputs = vendor.inputs(step, (ending, what) => {
    const name = `${stemOf(secret, vendor.endings)}_${ending}`;
    reads.push({ name, what });
    return variable(wish, name);
  });
  return {
    events,
    changes: [
      ...swapInputs(
        stepPath(job, step),
        written.map(({ name }) => name),
        inputs,
      ),
      ...grant(file, job, { 'id-token': 'write' }),
    ],
    reads,
    before: [vendor.before(job, secret)],
  };
}

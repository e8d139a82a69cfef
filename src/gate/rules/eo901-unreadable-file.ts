import type { RuleText } from './rule.ts';

/** Reading says so; see inspect.ts. */
export const unreadableFile: RuleText = {
  id: 'EO901',
  name: 'unreadable-file',
  what: 'A pipeline file that cannot be read.',
  severity: 'error',
  why: 'Nothing is known about it, so that nothing in it can be called sound.',
  hint: {
    text: 'Correct the file where the message points; YAML is read as version 1.2.',
    before: 'jobs:\n  build:\n\t  runs-on: ubuntu-latest',
    after: 'jobs:\n  build:\n    runs-on: ubuntu-latest',
  },
  examples: {
    finds: [{ text: 'on: push\njobs:\n\tbuild: {}\n' }, { text: 'on: push\njobs: [\n' }],
    passes: [{ text: 'on: push\njobs: {}\n' }],
  },
};

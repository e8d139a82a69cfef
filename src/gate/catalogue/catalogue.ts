import { z } from 'zod';

/** The form of the document; a reader takes no other. */
export const catalogueVersion = 1;

const count = z.int().min(0);
const text = z.string();
const day = z.iso.date();
const moment = z.iso.datetime();

const jobsSchema = z
  .strictObject({
    static: count.describe('Jobs that hold a static secret and take no short-lived credential.'),
    both: count.describe('Jobs that hold a static secret and take a short-lived credential, too.'),
    shortLived: count.describe('Jobs that take short-lived credentials and hold no static secret.'),
    neither: count.describe('All others.'),
  })
  .describe('Each job counts once.');

const usesSchema = z.strictObject({
  static: count.describe('Places in which a static secret is used.'),
  shortLived: count.describe('Places in which a short-lived credential is taken.'),
});

const waivedSchema = z.strictObject({ owner: text, reason: text, ticket: text, expires: day });

const placeSchema = z.strictObject({
  path: text.describe('Below the root of the repository, with `/`.'),
  line: count,
  column: count,
  job: text.optional(),
  step: text.optional(),
  rule: text.describe('What kind of secret it is taken for here: see `kinds`.'),
  severity: z.enum(['error', 'warning', 'note']).describe('`note`: it is only asked whether it is there.'),
  waived: waivedSchema.optional().describe('Somebody has answered for it, through the day `expires`.'),
});

const secretSchema = z.strictObject({
  repository: text.describe('See `repositories`.'),
  platform: text,
  name: text.optional().describe('Left out where it has none: it is written out in the file.'),
  rules: z.array(text).describe('The kinds of its places.'),
  severity: z.enum(['error', 'warning', 'note']).describe('The highest of its places.'),
  waivedUntil: day
    .optional()
    .describe('Set where all its places are waived: the first day on which one ends.'),
  places: z.array(placeSchema).min(1),
});

const repositorySchema = z.strictObject({
  name: text.describe('Host, owner and name of `origin`, or else the name of the folder.'),
  path: text.describe('Where it lay.'),
  problem: text.optional().describe('Set where it, or its policy file, could not be read.'),
  files: count,
  unreadable: z
    .array(z.strictObject({ path: text, line: count, problem: text, waived: waivedSchema.optional() }))
    .describe('Pipeline files of which nothing is known.'),
  secrets: count,
  waived: count.describe('Secrets whose places are all waived.'),
  identifiers: count.describe('Names of what is kept as a secret and is none; they are not listed.'),
  unnamed: count.describe('Places that hand secrets on without their names: `secrets: inherit`.'),
  enforced: z.boolean().describe('False where its policy file says that nothing stops a job.'),
  jobs: jobsSchema,
  uses: usesSchema,
  migrated: count.max(100).optional().describe('Per cent: see `totals`.'),
});

const kindSchema = z.strictObject({
  rule: text,
  name: text,
  what: text,
  replacement: text.describe('What to use instead.'),
  before: text,
  after: text,
  secrets: count,
  places: count,
});

const idSchema = z.strictObject({
  repository: text,
  platform: text,
  name: text.optional(),
  rules: z.array(text),
});
const spotSchema = z.strictObject({ path: text, job: text.optional(), step: text.optional() });

const sinceSchema = z.strictObject({
  generatedAt: moment.describe('Of the run with which it is compared.'),
  new: z.array(idSchema),
  gone: z.array(idSchema),
  moved: z
    .array(z.strictObject({ ...idSchema.shape, from: z.array(spotSchema), to: z.array(spotSchema) }))
    .describe('Used in other files, jobs or steps than before; lines do not count.'),
  unseen: z
    .array(idSchema)
    .describe('Known from before and not looked for: the repository or the file was not read this time.'),
  repositories: z.array(text).describe('Those that both runs have read; `jobs` and `migrated` are theirs.'),
  jobs: z.strictObject({ before: jobsSchema, after: jobsSchema }),
  migrated: z.strictObject({ before: count.max(100).optional(), after: count.max(100).optional() }),
});

/** The catalogue as a file. schemas/gate-catalogue.json is made of it. */
export const catalogueSchema = z.strictObject({
  kind: z.literal('ephemeral-creds/gate-catalogue'),
  version: z.literal(catalogueVersion),
  generatedAt: moment,
  complete: z.boolean().describe('False where something could not be read that nobody has answered for.'),
  totals: z.strictObject({
    repositories: count,
    unreadable: count.describe('Repositories that could not be read; they are in no other number.'),
    files: count,
    secrets: count,
    places: count,
    waived: count,
    identifiers: count,
    unnamed: count,
    jobs: jobsSchema,
    uses: usesSchema,
    migrated: count
      .max(100)
      .optional()
      .describe(
        'How many of a hundred jobs that use a credential use short-lived ones only, rounded down. Left out where no job uses any.',
      ),
  }),
  kinds: z.array(kindSchema),
  repositories: z.array(repositorySchema),
  secrets: z.array(secretSchema),
  since: sinceSchema.optional(),
});

/** All static secrets in use in some repositories, and how far the way to short-lived ones is. Holds no value. */
export type Catalogue = z.infer<typeof catalogueSchema>;
export type CataloguedRepository = Catalogue['repositories'][number];
export type CataloguedSecret = Catalogue['secrets'][number];
export type Place = CataloguedSecret['places'][number];
export type Jobs = Catalogue['totals']['jobs'];
export type Since = NonNullable<Catalogue['since']>;

/** In per cent, rounded down: it is a hundred only when nothing is left. Undefined where no job uses a credential. */
export function migrated(jobs: Jobs): number | undefined {
  const all = jobs.static + jobs.both + jobs.shortLived;
  return all === 0 ? undefined : Math.floor((jobs.shortLived * 100) / all);
}

/** By code units: the same on every machine. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

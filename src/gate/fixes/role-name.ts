import type { Job } from '../files/file.ts';
import type { Wish } from './fix.ts';

/** What a secret is about: `PROD_AWS_ACCESS_KEY_ID` is about `PROD_AWS`. */
export function stemOf(secret: string, endings: RegExp): string {
  const stem = secret.toUpperCase().replace(new RegExp(`_?(${endings.source})$`), '');
  return stem === '' ? secret.toUpperCase() : stem;
}

/** One role for each job and secret: whoever may deploy gets nothing of what tests need. */
export function roleName({ prefix }: Wish, { name, environment }: Job, stem: string): string {
  const place = environment === undefined || name.includes(environment.name) ? '' : `${environment.name}-`;
  return inRole(`${prefix}${name}-${place}${stem}`);
}

/** As names of roles and policies may be. */
export function inRole(text: string): string {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9./]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  return plain.slice(0, 120) || 'job';
}

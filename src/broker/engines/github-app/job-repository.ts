import { digits } from '../../forges/claim-values.ts';
import { github, repositoryOf } from '../../forges/github.ts';
import type { VerifiedClaims } from '../../domain/verified-claims.ts';
import { GithubTrouble } from './trouble.ts';

/** The repository that a job runs for. */
export interface JobRepository {
  readonly id: string;
  readonly ownerId: string;
  /** `octo-org/octo-repo`; may have changed hands since. */
  readonly name: string;
}

/**
 * The repository of the verified claims, by its number. The number means something on the job's own GitHub alone, so it
 * must be the App's, too.
 * @throws GithubTrouble
 */
export function jobRepository({ issuer, claims }: VerifiedClaims, api: string): JobRepository {
  if (issuer.platform !== github.name || github.api(new URL(issuer.url)) !== api)
    throw new GithubTrouble(`the job is not of the GitHub at ${api}, so its repository is not either`, {
      undone: true,
    });
  const [id, ownerId] = ['repository_id', 'repository_owner_id'].map((name) => digits(claims, name));
  const name = repositoryOf(claims);
  if (id === undefined || ownerId === undefined || name === undefined)
    throw new GithubTrouble('the job’s claims do not name its repository', { undone: true });
  return { id, ownerId, name };
}

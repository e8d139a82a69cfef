import { subject } from './aws-role.ts';
import { NotSure } from './change.ts';
import { containerLogin } from './container-login.ts';
import { account, keyEndings, provider } from './gcp-auth.ts';
import { eventsOf } from './job-events.ts';
import { lendTo, variable } from './lend.ts';
import { given, textGiven, wholeSecret } from './places.ts';
import { stemOf } from './role-name.ts';
import { grant } from './token-scopes.ts';

/** https://cloud.google.com/artifact-registry/docs/docker/authentication#token */
export const artifactRegistryLogin = containerLogin({
  name: 'artifact-registry-login',
  what: '`docker/login-action` for Artifact Registry takes an access token of Google Cloud in place of a key.',
  host: /^([a-z0-9-]+-docker\.pkg\.dev|([a-z]+\.)?gcr\.io)$/,
  rewrite: ({ file, job, step }, wish) => {
    if (wish.to === 'broker')
      throw new NotSure('it is the key of a service account: use `--to platform` for it');
    const events = eventsOf(file, job, step, wish);
    if (textGiven(step.inputs, 'username') !== '_json_key') throw new NotSure('its user is not `_json_key`');
    const stem = stemOf(wholeSecret(given(step.inputs, 'password')) ?? '', keyEndings);
    const asked = (each: typeof account): typeof account => ({ ...each, name: `${stem}_${each.name}` });
    const [ofProvider, ofAccount] = [asked(provider), asked(account)];
    const inputs = {
      provider: 'gcp',
      role: variable(wish, ofAccount.name),
      params: `workload-identity-provider: ${variable(wish, ofProvider.name)}`,
    };
    const { id, changes, borrower } = lendTo(job, step, { wish, wanted: 'gcp', inputs });
    const path = [...borrower, 'with'];
    return {
      events,
      changes: [
        ...changes,
        { do: 'set', path: [...path, 'username'], value: 'oauth2accesstoken' },
        { do: 'set', path: [...path, 'password'], value: `\${{ steps.${id}.outputs.token }}` },
        ...grant(file, job, { 'id-token': 'write' }),
      ],
      reads: [ofProvider, ofAccount],
      before: [
        `In Google Cloud, make a workload identity pool and a provider for GitHub whose condition names this repository by its id, and let ${subject(job)} impersonate a service account that may push to \`${textGiven(step.inputs, 'registry') ?? ''}\`.`,
      ],
    };
  },
});

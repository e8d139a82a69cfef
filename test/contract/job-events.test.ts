// What every platform's job events have to hold.
import { describe, expect, test } from '@jest/globals';
import { Refusal } from '../../src/broker/domain/refusal.ts';
import { findIssuer } from '../../src/broker/issuers/registry.ts';
import type { Delivery, JobEvents } from '../../src/broker/job-events/job-event.ts';
import { jobEvents } from '../../src/broker/job-events/registry.ts';
import { Secret } from '../../src/domain/secret.ts';
import {
  githubHeaders,
  gitlabToken,
  githubSecret,
  jobHook,
  workflowJob,
} from '../support/broker/webhooks.ts';

const now = new Date('2026-11-20T12:00:00Z');
const json = { 'content-type': 'application/json' };

interface Usual {
  readonly secret: Secret;
  readonly event: Record<string, unknown>;
  readonly headers: (content: string) => Record<string, string>;
}

const usual: Readonly<Record<string, Usual>> = {
  github: { secret: new Secret(githubSecret), event: workflowJob(), headers: githubHeaders },
  gitlab: {
    secret: new Secret(gitlabToken),
    event: jobHook(),
    headers: () => ({ 'x-gitlab-event': 'Job Hook', 'x-gitlab-token': gitlabToken, 'idempotency-key': 'k' }),
  },
};

function deliveryOf({ name }: JobEvents, content?: unknown): Delivery & { readonly secret: Secret } {
  const { event, headers, secret } = usual[name] ?? {};
  if (event === undefined || headers === undefined || secret === undefined)
    throw new Error(`say what a delivery of ${name} looks like`);
  const text = JSON.stringify(content ?? event);
  return { headers: new Headers({ ...json, ...headers(text) }), body: Buffer.from(text), secret };
}

describe.each(jobEvents.map((each) => [each.name, each] as const))('job events of %s', (name, platform) => {
  test('its usual delivery has the form, is from its secret and no other, and ends a job', async () => {
    const { secret, ...delivery } = deliveryOf(platform);
    platform.checkForm(delivery);
    expect(platform.secretProblem(secret)).toBeUndefined();
    expect(await platform.isFrom(secret, delivery, now)).toBe(true);
    for (const other of ['', 'x', `${secret.reveal()} `, secret.reveal().slice(1), `whsec_${'A'.repeat(32)}`])
      expect(await platform.isFrom(new Secret(other), delivery, now)).toBe(false);
    expect(platform.read(delivery)).toMatchObject({ kind: 'ended', delivery: expect.any(String) });
  });

  test('a job is named by exactly the claims that its issuer’s tokens name it by', () => {
    const url = 'https://ci.example.com';
    const found = findIssuer(name === 'github' ? name : { platform: name, url });
    if (typeof found === 'string') throw new Error(found);
    const { identity, indexClaim, immutableIds } = found.issuer;
    const event = platform.read(deliveryOf(platform));
    if (event.kind !== 'ended') throw new Error(event.kind);
    const names = [...identity.required, ...(identity.perJob === undefined ? [] : [identity.perJob])];
    for (const job of event.jobs) expect(Object.keys(job).toSorted()).toEqual(names.toSorted());
    // Only what never changes hands may say for whom a hook speaks, and only what a session remembers.
    for (const claim of Object.values(platform.lists)) expect([indexClaim, ...immutableIds]).toContain(claim);
  });

  test('without its headers it is refused', () => {
    const { body } = deliveryOf(platform);
    expect(() => {
      platform.checkForm({ headers: new Headers(json), body });
    }).toThrow(Refusal);
    const { headers } = deliveryOf(platform);
    const form = new Headers(Object.fromEntries(headers as Headers));
    form.set('content-type', 'text/plain');
    expect(() => {
      platform.checkForm({ headers: form, body });
    }).toThrow(/Content-Type must be application\/json/);
  });

  test('whatever else stands in an event, it is read as something else or refused, and never fails', () => {
    const { event } = usual[name] ?? { event: {} };
    const hostile = [null, 0, -1, 1.5, 2 ** 63, '', 'x', [], {}, true, '../..', { id: '1' }];
    const contents = [
      ...hostile,
      ...Object.keys(event).flatMap((key) => hostile.map((value) => ({ ...event, [key]: value }))),
      ...Object.entries(event).flatMap(([key, inside]) =>
        typeof inside === 'object' && inside !== null
          ? Object.keys(inside).flatMap((inner) =>
              hostile.map((value) => ({ ...event, [key]: { ...inside, [inner]: value } })),
            )
          : [],
      ),
    ];
    for (const content of contents) {
      const read = outcomeOf(() => platform.read(deliveryOf(platform, content)));
      if (read instanceof Refusal) expect(read.error).toBe('invalid_request');
      else if (read.kind === 'ended')
        for (const value of read.jobs.flatMap((job) => Object.values(job))) expect(value).toMatch(/^\d+$/);
    }
    expect(() => platform.read({ ...deliveryOf(platform), body: Buffer.from('{') })).toThrow(Refusal);
  });
});

function outcomeOf<T>(work: () => T): T | Refusal {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { findRoute, packAll } from '../../src/commands/delivery.ts';
import type { Exporter, Parcel } from '../../src/exporters/exporter.ts';
import { exporters, findExporter } from '../../src/exporters/registry.ts';
import { placeOf } from '../support/exporters.ts';
import { credentialOf, everyKind, leaseOf, secretsOf, sshKey } from '../support/credentials.ts';
import { everythingIn, failureOf } from '../support/scan.ts';

const folder = '/tmp/creds/0123456789abcdef';
const place = placeOf({ folder, sshKey });
const all = await Promise.all(Object.values(exporters).map((load) => load()));

/** Without them there is nothing that they could write. */
const needsSettings = ['file', 'gcp-adc'];

/** What an exporter makes of one credential, or the error by which it refuses. */
function packed(
  exporter: Exporter,
  kind: (typeof everyKind)[number],
): { parcel?: Parcel; error?: unknown; secrets: string[] } {
  const credential = credentialOf(kind);
  const secrets = secretsOf(credential);
  const lease = leaseOf([credential]);
  try {
    exporter.check(place.settings);
    return { parcel: exporter.pack([{ lease, credential }], place), secrets };
  } catch (error) {
    return { error, secrets };
  }
}

/** All values, and what is in Base64 decoded beside them. */
function textOf({ variables, outputs, files }: Parcel): string {
  const text = JSON.stringify(
    [variables, outputs, files].map((part) => Object.values(part ?? {}).join('\n')),
  );
  const words = text.match(/[A-Za-z0-9+/]{16,}={0,2}/g) ?? [];
  return text + words.map((word) => Buffer.from(word, 'base64').toString()).join('\n');
}

test('each has the name by which it is listed', () => {
  expect(all.map(({ name }) => name)).toEqual(Object.keys(exporters));
});

describe.each(all.map((exporter) => [exporter.name, exporter] as const))(
  'the exporter %s',
  (name, exporter) => {
    test('is found by its name, and has a row in the reference', async () => {
      expect(await findExporter(name)).toBe(exporter);
      expect(readFileSync('docs/reference/inputs.md', 'utf8')).toContain(`\`${name}\``);
    });

    test('refuses a setting that it does not know before anything is sent, and does not repeat it', async () => {
      const error = await failureOf(() => {
        exporter.check({ 'hunter2 setting': 'hunter2' });
      });
      expect(error).toMatchObject({ code: 'input-invalid' });
      expect(everythingIn(error)).not.toContain('hunter2');
    });

    test('can do without a setting, or says so before anything is sent', () => {
      const checked = (): void => {
        exporter.check({});
      };
      if (needsSettings.includes(name)) expect(checked).toThrow(/ gives `[a-z-]+` no /);
      else expect(checked).not.toThrow();
    });

    test.each(everyKind)('delivers a %s whole, or refuses it with an error that holds no secret', (kind) => {
      const { parcel, error, secrets } = packed(exporter, kind);
      if (parcel === undefined) {
        expect(error).toMatchObject({ name: 'CredsError' });
        for (const secret of secrets) expect(everythingIn(error)).not.toContain(secret);
      } else {
        const text = textOf(parcel);
        for (const secret of secrets) expect(text).toContain(JSON.stringify(secret).slice(1, -1));
      }
    });

    test.each(everyKind)('takes a %s only if it can pack it', (kind) => {
      const { error } = packed(exporter, kind);
      if (exporter.takes(credentialOf(kind))) expect(error).toBeUndefined();
    });

    test('writes files in its folder only, and gives names that a shell can read', () => {
      for (const kind of everyKind) {
        const { parcel } = packed(exporter, kind);
        for (const path of Object.keys(parcel?.files ?? {}))
          expect(path).toMatch(/^\/tmp\/creds\/0123456789abcdef\/[a-z-]+(\.pem|\.pub|\.conf|\.json)?$/);
        for (const variable of Object.keys(parcel?.variables ?? {}))
          expect(variable).toMatch(/^[A-Z_][A-Z0-9_]*$/);
        for (const pointer of Object.keys(parcel?.pointers ?? {}))
          expect(pointer).toMatch(/^[A-Z_][A-Z0-9_]*$/);
        for (const output of Object.keys(parcel?.outputs ?? {})) expect(output).toMatch(/^[a-z][a-z0-9-]*$/);
      }
    });

    test('is pure: packing twice gives the same', () => {
      for (const kind of everyKind) {
        const credential = credentialOf(kind);
        const lent = [{ lease: leaseOf([credential]), credential }];
        const pack = (): unknown => {
          try {
            return exporter.pack(lent, place);
          } catch (error) {
            return String(error);
          }
        };
        expect(pack()).toEqual(pack());
      }
    });
  },
);

describe.each(everyKind)('a credential of the kind %s', (kind) => {
  const credential = credentialOf(kind);
  const lease = leaseOf([credential]);

  test('is taken by some exporter, or `auto` refuses it by its name', async () => {
    const auto = [await findRoute({ exporter: 'auto', settings: {} })];
    if (all.some((exporter) => exporter.takes(credential))) {
      const text = textOf(await packAll([lease], auto, place));
      for (const secret of secretsOf(credential)) expect(text).toContain(JSON.stringify(secret).slice(1, -1));
    } else {
      const error = await failureOf(() => packAll([lease], auto, place));
      expect(error).toMatchObject({ code: 'input-invalid' });
      expect(String(error)).toContain(kind);
    }
  });

  test('has a place in the reference', () => {
    expect(readFileSync('docs/reference/kinds.md', 'utf8')).toContain(`## ${kind}\n`);
  });
});

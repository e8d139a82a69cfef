/** The broker of version 1, as it spoke to its store: a recording, which is fake only in that it says again what it said once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Database, Value } from '../../../src/broker/store/database.ts';

type Call = readonly [statement: number, values: readonly Value[], rows: number];

interface Recorded {
  readonly tables: readonly string[];
  readonly statements: readonly string[];
  readonly lent: readonly (readonly Call[])[];
  readonly rest: readonly (readonly Call[])[];
}

export const versionOne = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/store-version-1.json'), 'utf8'),
) as Recorded;

export async function replay(database: Database, transactions: Recorded['lent']): Promise<void> {
  for (const calls of transactions)
    await database.transaction(async (sql) => {
      for (const [statement, values, rows] of calls) {
        const text = versionOne.statements[statement] ?? '';
        const found = await sql.run(text, ...values);
        expect([text, found.length]).toEqual([text, rows]);
      }
    });
}

/** The tables as version 1 made them, and what it had lent. */
export async function makeVersionOne(database: Database): Promise<void> {
  await database.transaction(async (sql) => {
    for (const table of versionOne.tables) await sql.run(table);
    await sql.run('INSERT INTO schema_version (version) VALUES (1) ON CONFLICT DO NOTHING');
  });
  await replay(database, versionOne.lent);
}

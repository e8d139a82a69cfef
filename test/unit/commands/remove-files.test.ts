import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { removeFiles } from '../../../src/commands/remove-files.ts';
import type { Intent } from '../../../src/domain/intent.ts';
import { clientWorld, type ClientWorld } from '../../support/client/world.ts';
import { entry } from '../../support/client/entries.ts';

let world: ClientWorld;
let folder = '';
let intent: Intent;
beforeEach(() => {
  world = clientWorld();
  folder = join(world.temp, 'creds', '0123456789abcdef');
  mkdirSync(folder, { recursive: true });
  const files = ['npmrc', 'netrc'].map((name) => join(folder, name));
  for (const path of files) writeFileSync(path, 'as delivered');
  const sizes = Object.fromEntries(files.map((path) => [path, 12]));
  intent = { ...entry(), files, sizes };
});
afterEach(() => {
  world[Symbol.dispose]();
});

const remove = (): readonly string[] => removeFiles(intent, { job: world.job, host: world.host });

test('files and folder go, and nothing is said', () => {
  expect(remove()).toEqual([]);
  expect(existsSync(folder)).toBe(false);
  expect(world.printed()).toBe('');
});

test('one that another step has changed goes, too, and is named', () => {
  writeFileSync(join(folder, 'npmrc'), 'as delivered, and more');
  expect(remove()).toEqual([join(folder, 'npmrc')]);
  expect(existsSync(folder)).toBe(false);
});

test('an entry of an earlier version knows no sizes', () => {
  const { sizes, ...earlier } = intent;
  intent = earlier;
  writeFileSync(join(folder, 'npmrc'), 'as delivered, and more');
  expect([Object.keys(sizes ?? {}).length, remove()]).toEqual([2, []]);
});

test('what others have put beside them stays, and is told', () => {
  writeFileSync(join(folder, 'theirs'), 'x');
  expect(remove()).toEqual([]);
  expect(readFileSync(join(folder, 'theirs'), 'utf8')).toBe('x');
  expect(world.printed()).toContain(`Files of other steps in ${folder} are left as they are.`);
});

test('nothing is removed where a link in the place of the folder leads', () => {
  const elsewhere = join(world.temp, 'elsewhere');
  mkdirSync(elsewhere);
  writeFileSync(join(elsewhere, 'npmrc'), 'of the user');
  rmSync(folder, { recursive: true });
  symlinkSync(elsewhere, folder);
  expect(remove()).toEqual([]);
  expect(readFileSync(join(elsewhere, 'npmrc'), 'utf8')).toBe('of the user');
  expect(world.printed()).toContain('is a link now');
});

test('a folder that is gone is as it should be', () => {
  rmSync(folder, { recursive: true });
  expect(remove()).toEqual([]);
  expect(world.printed()).toBe('');
});

test('what cannot be removed is told, and keeps nothing else from going', () => {
  const [first = '', ...others] = intent.files;
  rmSync(first);
  mkdirSync(join(first, 'of another step'), { recursive: true });
  expect(remove()).toEqual([]);
  expect(others.map((path) => existsSync(path))).toEqual(others.map(() => false));
  expect(world.printed()).toContain(`The file ${first} could not be removed.`);
});

import { expect, test } from '@jest/globals';
import { Secret } from '../../../src/domain/secret.ts';
import {
  readPostgresUrl,
  weaknessOf,
  type PostgresAddress,
} from '../../../src/broker/domain/postgres-url.ts';

const read = (url: string): PostgresAddress => readPostgresUrl(new Secret(url), 'store.postgres: env:DB');

test('a URL is read, and TLS with the name of the server is what it means', () => {
  expect(read('postgres://ec:p%40ss%2F@db.example.com/creds')).toEqual({
    host: 'db.example.com',
    port: 5432,
    user: 'ec',
    password: 'p@ss/',
    database: 'creds',
    tls: 'verify-full',
  });
  expect(read('postgresql://ec@[2001:db8::1]:6432/creds?sslmode=require')).toMatchObject({
    host: '2001:db8::1',
    port: 6432,
    password: undefined,
    tls: 'require',
  });
  expect(read('postgres://ec@localhost/creds?host=/run/postgresql').host).toBe('/run/postgresql');
  expect(read('postgres://ec:hunter,2@db/creds').password).toBe('hunter,2');
});

test.each([
  ['mysql://ec:hunter2@db/creds', 'not a URL that begins with postgres://'],
  ['host=db password=hunter2', 'not a URL that begins with postgres://'],
  ['postgres://ec:hunter2@a:1,b:2/creds', 'one host only: after a failover'],
  ['postgres://ec:hunter2@a,b/creds', 'one host only: after a failover'],
  ['postgres://ec:hunter2@a/creds?host=a,b', 'one host only: after a failover'],
  ['postgres://ec:hunter2@db/', 'user, host and database must be named'],
  ['postgres://db/creds', 'user, host and database must be named'],
  ['postgres://ec:hunter2@/creds', 'not a URL that begins with postgres://'],
  ['postgres://ec:hunter2%@db/creds', 'a % in user and password is %25'],
  ['postgres://ec:hunter2@db/creds?sslmode=prefer', 'sslmode must be one of verify-full, verify-ca'],
  ['postgres://ec:hunter2@db/creds?sslmode=', 'sslmode must be one of verify-full, verify-ca'],
  ['postgres://ec:hunter2@db/creds?sslmode=disable&sslmode=verify-full', 'stands there twice'],
  ['postgres://ec:hunter2@db/creds?sslrootcert=x', 'only the parameters sslmode and host are known'],
])('%s is refused, and nothing of it is told', (url, why) => {
  let message = '';
  try {
    read(url);
  } catch (error) {
    message = String(error);
  }
  expect(message).toMatch('store.postgres: env:DB: ');
  expect(message).toMatch(why);
  expect(message).not.toMatch('hunter2');
});

test('what is weaker than it should be is told, except on this machine', () => {
  const told = (url: string): string | undefined => weaknessOf(read(url));
  expect(told('postgres://ec@db.example.com/creds')).toBeUndefined();
  for (const mode of ['disable', 'require', 'verify-ca'])
    expect(told(`postgres://ec@db.example.com/creds?sslmode=${mode}`)).toMatch(`sslmode=${mode}: `);
  for (const host of ['localhost', '127.0.0.1', '[::1]'])
    expect(told(`postgres://ec@${host}/creds?sslmode=disable`)).toBeUndefined();
  expect(told('postgres://ec@localhost/creds?host=/run/postgresql&sslmode=disable')).toBeUndefined();
});

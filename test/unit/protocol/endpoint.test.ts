import { expect, test } from '@jest/globals';
import { baseUrl, isLoopback } from '../../../src/protocol/endpoint.ts';

test.each([
  ['https://broker.example.com', 'https://broker.example.com'],
  ['https://Broker.EXAMPLE.com/', 'https://broker.example.com'],
  ['HTTPS://broker.example.com:443/', 'https://broker.example.com'],
  ['https://broker.example.com:8443/a/b//', 'https://broker.example.com:8443/a/b'],
  ['https://user:pw@broker.example.com/x?q=1#f', 'https://broker.example.com/x'],
  ['https://broker.example.com/a/./b/../c', 'https://broker.example.com/a/c'],
  ['https://bücher.example', 'https://xn--bcher-kva.example'],
  ['http://[::1]:80/', 'http://[::1]'],
])('the base of %s is %s', (text, base) => {
  expect(baseUrl(new URL(text))).toBe(base);
});

test.each([
  'http://localhost',
  'http://LOCALHOST:1',
  'http://127.0.0.1',
  'http://127.255.0.3',
  'http://[::1]:8',
  'http://0x7f.1',
  'http://2130706433',
])('%s is this machine', (text) => {
  expect(isLoopback(new URL(text))).toBe(true);
});

test.each([
  'http://localhost.example.com',
  'http://127.0.0.1.example.com',
  'http://example.com#127.0.0.1',
  'http://127.0.0.1@example.com',
  'http://128.0.0.1',
  'http://[::ffff:127.0.0.1]',
  'http://10.0.0.1',
  'http://0.0.0.0',
])('%s is another machine', (text) => {
  expect(isLoopback(new URL(text))).toBe(false);
});

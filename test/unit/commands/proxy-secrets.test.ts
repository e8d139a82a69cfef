import { describe, expect, test } from '@jest/globals';
import { maskProxySecrets } from '../../../src/commands/proxy-secrets.ts';
import { clientWorld } from '../../support/client/world.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';

function masked(env: Record<string, string>): string[] {
  using world = clientWorld({ env });
  maskProxySecrets(world);
  return [...world.printed().matchAll(/^::add-mask::(.*)$/gm)].map(([, text = '']) =>
    text.replaceAll('%25', '%'),
  );
}

describe('C19 the credentials of a proxy', () => {
  test.each(['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'])(
    'in %s are hidden, as they stand and as they are meant',
    (name) => {
      const found = masked({ [name]: 'http://user:pa%24s%2Fw0rd-1@proxy.example.com:3128' });
      expect(found).toEqual(expect.arrayContaining(['pa%24s%2Fw0rd-1', 'pa$s/w0rd-1']));
      expect(found.join()).not.toContain('proxy.example.com');
    },
  );

  test('may be a token in the place of the user', () => {
    expect(masked({ https_proxy: 'http://token-abc-123@proxy.example.com' })).toContain('token-abc-123');
  });

  test('are none where there are none', () => {
    expect(masked({ https_proxy: 'http://proxy.example.com:3128', HTTP_PROXY: '' })).toEqual([]);
  });
});

test.each(['proxy.example.com', 'http://user:hunter2@', 'http://user:hunter2%zz@proxy.example.com'])(
  'a proxy that cannot be read (%s) is named by its variable, and not told',
  async (value) => {
    const error = await failureOf(() => masked({ HTTPS_PROXY: value }));
    expect(error).toMatchObject({ code: 'input-invalid' });
    expect(String(error)).toContain('HTTPS_PROXY');
    expect(everythingIn(error)).not.toContain('hunter2');
  },
);

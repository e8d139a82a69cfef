import { describe, expect, test } from '@jest/globals';
import { env } from '../../../src/exporters/env.ts';
import { assertVariableName } from '../../../src/exporters/variable-name.ts';
import { failureOf } from '../../support/scan.ts';

/** requirements/client-faults.md, C21: by a variable of these names a later step runs other code or trusts other servers. */
const dangerous =
  'NODE_OPTIONS PATH LD_PRELOAD LD_LIBRARY_PATH LD_X DYLD_INSERT_LIBRARIES BASH_ENV ENV PROMPT_COMMAND PS4 SHELLOPTS IFS ' +
  'PYTHONPATH PYTHONSTARTUP PERL5OPT PERL5LIB RUBYOPT RUBYLIB JAVA_TOOL_OPTIONS _JAVA_OPTIONS MAVEN_OPTS GIT_SSH_COMMAND ' +
  'GIT_CONFIG_COUNT GIT_X NPM_CONFIG_REGISTRY PIP_INDEX_URL HTTPS_PROXY HTTP_PROXY ALL_PROXY NO_PROXY SSL_CERT_FILE ' +
  'SSL_CERT_DIR NODE_EXTRA_CA_CERTS NODE_TLS_REJECT_UNAUTHORIZED CURL_CA_BUNDLE GITHUB_TOKEN GITHUB_ENV RUNNER_TEMP ' +
  'ACTIONS_RUNTIME_TOKEN INPUT_ROLE STATE_LEDGER CI CI_JOB_TOKEN GITLAB_TOKEN FF_X HOME TMPDIR SHELL EDITOR PAGER ' +
  'DOCKER_HOST KUBECONFIG';

describe('C21 a variable that changes how later steps run cannot be set', () => {
  test.each(dangerous.split(' '))('%s', async (name) => {
    const error = await failureOf(() => {
      env.check({ [name]: 'token' });
    });
    expect(error).toMatchObject({ code: 'input-invalid' });
    expect(String(error)).toContain(name);
  });
});

describe('C20 a variable has a name of capitals, digits and underscores', () => {
  test.each([
    '',
    'a',
    'Path',
    '1A',
    'A-B',
    'A B',
    'A\nB',
    'A=B',
    'A<<EOF',
    'A\0',
    'Ä',
    'A'.repeat(129),
    '__proto__',
  ])('%j is refused', async (name) => {
    expect(
      await failureOf(() => {
        assertVariableName(name);
      }),
    ).toMatchObject({ code: 'input-invalid' });
  });

  test.each(['NPM_TOKEN', '_X', 'A', 'MY_PATH', 'PATHS', 'PGHOST', 'CICD_TOKEN', 'A'.repeat(128)])(
    '%s is taken',
    (name) => {
      expect(() => {
        assertVariableName(name);
      }).not.toThrow();
    },
  );
});

test.each(['', 'a b', 'x.', '.x', 'a..', 'x.1a', 'a=b', 'x\ny'])(
  'the field %j is no field',
  async (field) => {
    expect(
      await failureOf(() => {
        env.check({ NPM_TOKEN: field });
      }),
    ).toMatchObject({ code: 'input-invalid' });
  },
);

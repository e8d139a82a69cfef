import { expect, test } from '@jest/globals';
import { configFromComponent } from '../../../src/config/component.ts';
import { CredsError } from '../../../src/domain/errors.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';

const marker = 'hunter2SECRET';

test('each line is a name in snake_case and a value as it is, to the end of the line', () => {
  const text = 'broker_url=https://b.example/?a=b#c\n\naudience= "x" $Y `z` \\n \nrole=DB=app-ro\nmax_ttl=\n';
  expect(configFromComponent(text)).toEqual({
    'broker-url': 'https://b.example/?a=b#c',
    audience: ' "x" $Y `z` \\n ',
    role: 'DB=app-ro',
    'max-ttl': '',
  });
});

test('an array is one line an entry, where lines are what the option takes', () => {
  expect(configFromComponent('role=["A=x", "y"]\nexport=[]\nparams=[1]')).toEqual({
    role: 'A=x\ny',
    export: '',
    params: '[1]',
  });
});

test.each([
  [`role=["x","${marker}\\ny"]`, '`role`'],
  [`role=["x",["${marker}"]]`, '`role`'],
  [`role=["x",1]`, '`role`'],
  [`role=["${marker}"`, '`role`'],
  [`role=[${marker}]`, '`role`'],
  [`role=x\nrole=${marker}`, '`role` stands in the file of inputs twice'],
  [`broker-url=${marker}`, 'did you mean `broker_url`?'],
  [`brokr_url=${marker}`, 'did you mean `broker_url`?'],
  [`summary=${marker}`, 'no input: `summary`'],
  [`__proto__=${marker}`, 'no input'],
  [marker, 'not NAME=VALUE'],
  [`=${marker}`, 'not NAME=VALUE'],
  [`a b c ${marker}=1`, 'no input'],
])('%j is refused, and nothing of the value is shown', async (text, told) => {
  const error = await failureOf(() => configFromComponent(text));
  expect(error).toMatchObject({ code: 'input-invalid', message: expect.stringContaining(told) });
  expect(error).toBeInstanceOf(CredsError);
  expect(everythingIn(error)).not.toContain(marker);
});

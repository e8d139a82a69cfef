import { subject } from './aws-role.ts';
import { NotSure } from './change.ts';
import { textGiven } from './places.ts';
import { vendorStep } from './vendor-step.ts';

/** https://github.com/Azure/login */
export const azureLogin = vendorStep({
  name: 'azure-login',
  what: '`azure/login` with a client secret becomes the same with ids alone.',
  action: 'azure/login',
  statics: ['creds'],
  endings: /CREDENTIALS?|CREDS|SP|SECRET/,
  inputs: ({ inputs }, ask) => {
    const other = ['auth-type', 'client-id', 'tenant-id', 'audience'].find((name) => textGiven(inputs, name));
    if (other !== undefined) throw new NotSure(`it has \`${other}\` as well`);
    const none = textGiven(inputs, 'allow-no-subscriptions') === 'true';
    return {
      'client-id': ask('CLIENT_ID', 'the client id of the application'),
      'tenant-id': ask('TENANT_ID', 'the id of its tenant'),
      ...(none || textGiven(inputs, 'subscription-id') !== undefined
        ? {}
        : { 'subscription-id': ask('SUBSCRIPTION_ID', 'the id of the subscription') }),
    };
  },
  before: (job, secret) =>
    `In Microsoft Entra ID, give the application of \`${secret}\` a federated credential for ${subject(job)}, and remove its client secrets afterwards.`,
});

// The action `revoke/`: gives back in the middle of the job.
require('./ephemeral-creds.cjs').revoke();

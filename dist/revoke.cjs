// The action `revoke/`: gives back in the middle of the job.
require('./give-back.cjs').revoke();

// The action `revoke/`: gives back in the middle of the job.
require('./action.cjs').revoke();

// The action's main step: everything is in the core.
require('./ephemeral-creds.cjs').main();

// The action's main step: everything is in the core.
require('./action.cjs').main();

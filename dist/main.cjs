// The action's main step: everything is in its core.
require('./action.cjs').main();

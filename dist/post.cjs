// The action's post step: with nothing to give back the core is not even loaded.
if (process.env.STATE_ledger) require('./give-back.cjs').post();

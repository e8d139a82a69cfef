// The action's post step: with nothing to give back the core is not even loaded.
const state = process.env.STATE_ledger;
if (state) {
  try {
    require('./give-back.cjs').post();
  } catch {
    // Another step, or a cleanup, has taken files of the action away: what was lent has to be told all the same.
    const ends = [
      ...state.matchAll(/"id":"([\w.:-]{1,200})","role":"[^"]*","expiresAt":"([0-9TZ:.-]{1,30})"/g),
    ];
    const told =
      ends.map(([, id, end]) => `lease ${id} lives until ${end}`).join(', ') || 'it ends by itself';
    const text = `Files of this action are missing or damaged, so what was lent was not given back: ${told}.`;
    process.exitCode = 1;
    require('fs').writeSync(
      1,
      `\n::error title=ephemeral-creds::${text} [revoke-failed] docs/errors/revoke-failed.md\n`,
    );
  }
}

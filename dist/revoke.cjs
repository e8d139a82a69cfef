// The action `revoke/`: gives back in the middle of the job.
try {
  require('./give-back.cjs').revoke();
} catch {
  // As post's door tells it.
  const text = 'Files of this action are missing or damaged, so nothing was given back.';
  process.exitCode = 1;
  require('fs').writeSync(
    1,
    `\n::error title=ephemeral-creds::${text} [revoke-failed] docs/errors/revoke-failed.md\n`,
  );
}

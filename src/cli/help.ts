/** What `--help` prints. */
export const help = `Usage: ephemeral-creds broker run --config broker.yaml

  broker run   start the broker (Node 24 or later)
  --help       this text

The GitHub Action is main.cjs and post.cjs beside this file; see README.md.
`;

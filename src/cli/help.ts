/** What `--help` prints. */
export const help = `Usage: ephemeral-creds broker run --config broker.yaml
       ephemeral-creds audit verify FILE… [--jwks FILE] [--allow-gaps] [--json]

  broker run     start the broker
  audit verify   check that a broker’s audit log is as it was written:
                 exit status 0 when it is, 1 when it is not
                 --jwks        the keys that the broker publishes (/.well-known/jwks.json)
                 --allow-gaps  the log’s beginning may be missing (rotated away)
                 --json        the report as JSON
  --help         this text

Both need Node 24 or later.

The GitHub Action is main.cjs and post.cjs beside this file; see README.md.
`;

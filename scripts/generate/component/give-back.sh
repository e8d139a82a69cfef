# ephemeral-creds @VERSION@: give back what the end of the script did not
{ set +x; } 2>/dev/null
ec_dir=${RUNNER_TEMP_PROJECT_DIR:-${CI_PROJECT_DIR:?}.tmp}/ephemeral-creds-${CI_JOB_ID:?}
case $ec_dir in /*) ;; *) ec_dir=$PWD/$ec_dir ;; esac
if [ -n "${EPHEMERAL_CREDS_ID_TOKEN:-}" ] && [ "$(cat -- "$ec_dir/job" 2>/dev/null)" = "${EPHEMERAL_CREDS_ID_TOKEN##*.}" ] &&
  [ -f "$ec_dir/ephemeral-creds.cjs" ]; then
  "$ec_dir/node-here" "$ec_dir/ephemeral-creds.cjs" revoke --state "$ec_dir" ||
    echo 'ephemeral-creds: what was borrowed could not be given back; it ends by itself' >&2
fi
rm -rf -- "$ec_dir"

# ephemeral-creds @VERSION@: check pipeline files for static secrets
ec_die() { echo "ephemeral-creds: $*" >&2; exit 2; }
command -v node >/dev/null || ec_die 'the image has no Node.js 24 or later: take one that has'
# No variable of the pipeline may tell Node what to load, or what to trust.
for ec_name in $(env | sed -n -e 's/^\(NODE_[A-Za-z0-9_]*\)=.*/\1/p' -e 's/^\(OPENSSL_[A-Za-z0-9_]*\)=.*/\1/p'); do unset "$ec_name"; done
if [ -f "${CI_SERVER_TLS_CA_FILE:-}" ]; then export NODE_EXTRA_CA_CERTS="$CI_SERVER_TLS_CA_FILE"; fi
ec_dir=${RUNNER_TEMP_PROJECT_DIR:-${CI_PROJECT_DIR:?}.tmp}
mkdir -p -- "$ec_dir" && ec_dir=$(CDPATH= cd -- "$ec_dir" && pwd -P)/ephemeral-creds-gate-${CI_JOB_ID:?} &&
  (umask 077 && mkdir -- "$ec_dir") || ec_die "cannot make the folder $ec_dir, or it is there already"
cat >"$ec_dir/inputs" <<'EC_END' || ec_die 'cannot write the inputs'
{"paths":$[[ inputs.paths ]],"policy":"$[[ inputs.policy ]]"}
EC_END
ec_status=0
node -e '
  const { readFileSync, writeFileSync } = require("node:fs");
  const [url, folder, pinned] = process.argv.slice(1), { CI_API_V4_URL: api, CI_JOB_TOKEN: token } = process.env;
  const die = (text) => { console.error(`ephemeral-creds: ${text}`); process.exit(2); };
  const get = (init) => fetch(url, { ...init, signal: AbortSignal.timeout(300000) })
    .then(async (answer) => (answer.ok ? Buffer.from(await answer.arrayBuffer()) : undefined), () => undefined);
  (async () => {
    if (parseInt(process.versions.node) < 24) die("the image has no Node.js 24 or later: take one that has");
    let bytes = await get({});
    // Asked as nobody first; the token of the job is told to this GitLab only.
    if (!bytes && token && api && url.startsWith(`${api}/`)) bytes = await get({ redirect: "error", headers: { "JOB-TOKEN": token } });
    if (!bytes) die(`cannot fetch ${url} (a private project has to allow the token of this job)`);
    const is = require("node:crypto").createHash("sha256").update(bytes).digest("hex");
    if (is !== pinned) die(`${url} is not what this template pins: its sha256 is ${is}`);
    writeFileSync(`${folder}/gate.cjs`, bytes, { flag: "wx" });
    const { paths, policy } = JSON.parse(readFileSync(`${folder}/inputs`, "utf8"));
    const reports = ["gitlab-sast=gl-ephemeral-creds-sast.json", "code-quality=gl-ephemeral-creds-quality.json"];
    const words = [...reports.flatMap((each) => ["--report", each]), ...(policy ? ["--policy", policy] : []), "--", ...paths];
    process.exitCode = await require(`${folder}/gate.cjs`).gateMain(["check", ...words]);
  })().catch((error) => die(error.name));' -- "$[[ inputs.bundle_url ]]" "$ec_dir" '@SHA256@' || ec_status=$?
rm -rf -- "$ec_dir"
exit "$ec_status"

# ephemeral-creds @VERSION@: borrow, or end the job
ec_trace=$-; { set +xv; } 2>/dev/null
ec_die() { echo "ephemeral-creds: $*" >&2; exit 1; }
ec_node= ec_drain=
case ${CI_JOB_ID:-} in '' | *[!0-9]*) ec_die 'CI_JOB_ID is not the number of a job' ;; esac
ec_dir=${RUNNER_TEMP_PROJECT_DIR:-${CI_PROJECT_DIR:?}.tmp}
mkdir -p -- "$ec_dir" && ec_dir=$(CDPATH= cd -- "$ec_dir" && pwd -P)/ephemeral-creds-$CI_JOB_ID &&
  ec_umask=$(umask) && umask 077 && mkdir -- "$ec_dir" ||
  ec_die "cannot make the state folder $ec_dir, or it is there already"
[ -n "${EPHEMERAL_CREDS_ID_TOKEN:-}" ] || ec_die 'the job has no ID token: extend the hidden job, or copy its id_tokens'
# By it after_script knows the folder again: what an earlier job may have left under this name must not be run.
printf %s "${EPHEMERAL_CREDS_ID_TOKEN##*.}" >"$ec_dir/job" || ec_die 'cannot write into the state folder'
cat >"$ec_dir/node-here" <<'EC_END' && chmod 700 "$ec_dir/node-here" || ec_die 'cannot write the launcher'
#!/bin/sh
# Runs Node without what a variable of the pipeline could tell it: code to load, certificates to trust.
for name in $(env | sed -n -e 's/^\(NODE_[A-Za-z0-9_]*\)=.*/\1/p' -e 's/^\(OPENSSL_[A-Za-z0-9_]*\)=.*/\1/p'); do
  unset "$name"
done
exec "${0%/*}/node" "$@"
EC_END
cat >"$ec_dir/inputs" <<'EC_END' || ec_die 'cannot write the inputs'
@INPUTS@
EC_END
ec() { "$ec_dir/node-here" "$ec_dir/ephemeral-creds.cjs" "$@" --state "$ec_dir"; }
ec_own() { # URL. Is it of this GitLab's API?
  case ${CI_API_V4_URL:-} in http*://?*/api/v4) ;; *) return 1 ;; esac
  case $1 in "$CI_API_V4_URL"/*) [ -n "${CI_JOB_TOKEN:-}" ] ;; *) return 1 ;; esac
}
ec_get() { # URL FILE. Asks as nobody first; the job's token is told to this GitLab only, and never on a command line.
  if command -v curl >/dev/null; then
    curl -q -fsSL --connect-timeout 10 -Y 1000 -y 30 --retry 2 -o "$2" -- "$1" 2>/dev/null && return
    # 60, 77: it has no certificates to trust; Node.js brings its own.
    case $? in 60 | 77) ;; *)
      ec_own "$1" && printf 'header = "JOB-TOKEN: %s"\n' "$CI_JOB_TOKEN" | curl -q -fsS --connect-timeout 10 -Y 1000 -y 30 --retry 2 -K - -o "$2" -- "$1" && return
      return 1 ;;
    esac
  fi
  if command -v wget >/dev/null; then WGETRC= HOME=/nowhere wget -q -O "$2" -- "$1" 2>/dev/null && return; fi
  [ -n "$ec_node" ] || return 1
  "$ec_dir/node-here" -e '
    const [url, file, own] = process.argv.slice(1), { CI_JOB_TOKEN: token } = process.env;
    const get = (init) => fetch(url, { ...init, signal: AbortSignal.timeout(300000) }).catch(() => ({ ok: false }));
    (async () => {
      let answer = await get({});
      if (!answer.ok && own === "yes") answer = await get({ redirect: "error", headers: { "JOB-TOKEN": token } });
      if (!answer.ok) process.exit(1);
      require("node:fs").writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
    })();' -- "$1" "$2" "$(ec_own "$1" && echo yes)"
}
ec_hash() {
  if command -v sha256sum >/dev/null; then sha256sum <"$1" | cut -d ' ' -f 1
  elif command -v shasum >/dev/null; then shasum -a 256 <"$1" | cut -d ' ' -f 1
  elif [ -n "$ec_node" ]; then
    "$ec_dir/node-here" -p 'require("node:crypto").createHash("sha256").update(require("node:fs").readFileSync(process.argv[1])).digest("hex")' -- "$1"
  fi
}
ec_fetch() { # URL FILE SHA256
  ec_get "$1" "$2" || ec_die "cannot fetch $1 (a private project has to allow the token of this job)"
  ec_is=$(ec_hash "$2")
  [ -n "$ec_is" ] && [ "$ec_is" = "$3" ] || { rm -f -- "$2"; ec_die "$1 is not what this template pins: its sha256 is ${ec_is:-unknown}"; }
}
ec_end() { # the end of the script, whichever: give back, then wait for the redactor
  ec_status=$?; trap - EXIT; trap '' TERM INT HUP PIPE; { set +eux; } 2>/dev/null
  if [ -f "$ec_dir/ephemeral-creds.cjs" ]; then
    ec revoke ${ec_drain:+"--drain=$ec_drain"} || [ "$ec_status" -ne 0 ] || [ '$[[ inputs.fail_on_revoke_error ]]' != true ] || ec_status=1
  fi
  exit "$ec_status"
}
trap ec_end EXIT; trap 'exit 143' TERM; trap 'exit 130' INT; trap 'exit 129' HUP
if command -v node >/dev/null && ln -s "$(command -v node)" "$ec_dir/node" &&
  "$ec_dir/node-here" -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)'; then ec_node=image
elif [ -n '$[[ inputs.node_url ]]' ]; then
  ec_fetch '$[[ inputs.node_url ]]' "$ec_dir/node.tgz" '$[[ inputs.node_sha256 ]]'; rm -f -- "$ec_dir/node"
  ec_in=$(TAR_OPTIONS= tar -tzf "$ec_dir/node.tgz" | grep -E '(^|/)bin/node$') && TAR_OPTIONS= tar -xzOf "$ec_dir/node.tgz" "$ec_in" >"$ec_dir/node" &&
    chmod 700 "$ec_dir/node" && "$ec_dir/node-here" -e '' || ec_die 'the Node.js of node_url does not run in this image (one of nodejs.org needs glibc, Alpine has musl)'
  rm -f -- "$ec_dir/node.tgz"; ec_node=fetched
else ec_die 'the image has no Node.js 20 or later: take one that has, or set the inputs node_url and node_sha256'; fi
ec_fetch "$[[ inputs.bundle_url ]]" "$ec_dir/bundle" '@SHA256@'
mv -- "$ec_dir/bundle" "$ec_dir/ephemeral-creds.cjs"
ec login --inputs "$ec_dir/inputs" || ec_die 'nothing was borrowed, so the script does not run'
[ -f "$ec_dir/env.sh" ] || ec_die 'nothing was delivered, so the script does not run'
unset EPHEMERAL_CREDS_ID_TOKEN # traded; after_script gets it again
if [ '$[[ inputs.redact ]]' = true ]; then
  mkfifo "$ec_dir/out" "$ec_dir/err" || ec_die 'cannot make pipes for the redactor'
  ec_drain=4s
  (ec redact <"$ec_dir/out" 3<"$ec_dir/err" &) # no child of this shell: a bare `wait` of the script does not wait for it
  # The log itself stays open in no process of the script: one that outlives it must not hold the job up.
  exec >"$ec_dir/out" 2>"$ec_dir/err"; rm -f -- "$ec_dir/out" "$ec_dir/err"
fi
. "$ec_dir/env.sh" || ec_die 'cannot read what was delivered'
rm -f -- "$ec_dir/env.sh"; umask "$ec_umask"; case $ec_trace in *v*) set -v ;; esac; case $ec_trace in *x*) set -x ;; esac

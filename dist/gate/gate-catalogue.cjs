"use strict";
exports.id = 698;
exports.ids = [698];
exports.modules = {

/***/ 2105:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  tellCatalogue: () => (/* binding */ tellCatalogue)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./lib/beside/domain/errors.js
var errors = __webpack_require__(4357);
// EXTERNAL MODULE: ./lib/beside/gate/apply-policy.js
var apply_policy = __webpack_require__(4742);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 11 modules
var schemas = __webpack_require__(2857);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/iso.js
var iso = __webpack_require__(4377);
;// CONCATENATED MODULE: ./lib/beside/gate/catalogue/catalogue.js

/** The form of the document; a reader takes no other. */
const catalogueVersion = 1;
const count = schemas/* int */.Whr().min(0);
const catalogue_text = schemas/* string */.YjP();
const day = iso/* date */.p6();
const moment = iso/* datetime */.w$();
const jobsSchema = schemas/* strictObject */.rej({
    static: count.describe('Jobs that hold a static secret and take no short-lived credential.'),
    both: count.describe('Jobs that hold a static secret and take a short-lived credential, too.'),
    shortLived: count.describe('Jobs that take short-lived credentials and hold no static secret.'),
    neither: count.describe('All others.'),
})
    .describe('Each job counts once.');
const usesSchema = schemas/* strictObject */.rej({
    static: count.describe('Places in which a static secret is used.'),
    shortLived: count.describe('Places in which a short-lived credential is taken.'),
});
const waivedSchema = schemas/* strictObject */.rej({ owner: catalogue_text, reason: catalogue_text, ticket: catalogue_text, expires: day });
const placeSchema = schemas/* strictObject */.rej({
    path: catalogue_text.describe('Below the root of the repository, with `/`.'),
    line: count,
    column: count,
    job: catalogue_text.optional(),
    step: catalogue_text.optional(),
    rule: catalogue_text.describe('What kind of secret it is taken for here: see `kinds`.'),
    severity: schemas/* enum */.k5n(['error', 'warning', 'note']).describe('`note`: it is only asked whether it is there.'),
    waived: waivedSchema.optional().describe('Somebody has answered for it, through the day `expires`.'),
});
const secretSchema = schemas/* strictObject */.rej({
    repository: catalogue_text.describe('See `repositories`.'),
    platform: catalogue_text,
    name: catalogue_text.optional().describe('Left out where it has none: it is written out in the file.'),
    rules: schemas/* array */.YOg(catalogue_text).describe('The kinds of its places.'),
    severity: schemas/* enum */.k5n(['error', 'warning', 'note']).describe('The highest of its places.'),
    waivedUntil: day
        .optional()
        .describe('Set where all its places are waived: the first day on which one ends.'),
    places: schemas/* array */.YOg(placeSchema).min(1),
});
const repositorySchema = schemas/* strictObject */.rej({
    name: catalogue_text.describe('Host, owner and name of `origin`, or else the name of the folder.'),
    path: catalogue_text.describe('Where it lay.'),
    problem: catalogue_text.optional().describe('Set where it, or its policy file, could not be read.'),
    files: count,
    unreadable: schemas/* array */.YOg(schemas/* strictObject */.rej({ path: catalogue_text, line: count, problem: catalogue_text, waived: waivedSchema.optional() }))
        .describe('Pipeline files of which nothing is known.'),
    secrets: count,
    waived: count.describe('Secrets whose places are all waived.'),
    identifiers: count.describe('Names of what is kept as a secret and is none; they are not listed.'),
    unnamed: count.describe('Places that hand secrets on without their names: `secrets: inherit`.'),
    enforced: schemas/* boolean */.zMY().describe('False where its policy file says that nothing stops a job.'),
    jobs: jobsSchema,
    uses: usesSchema,
    migrated: count.max(100).optional().describe('Per cent: see `totals`.'),
});
const kindSchema = schemas/* strictObject */.rej({
    rule: catalogue_text,
    name: catalogue_text,
    what: catalogue_text,
    replacement: catalogue_text.describe('What to use instead.'),
    before: catalogue_text,
    after: catalogue_text,
    secrets: count,
    places: count,
});
const idSchema = schemas/* strictObject */.rej({
    repository: catalogue_text,
    platform: catalogue_text,
    name: catalogue_text.optional(),
    rules: schemas/* array */.YOg(catalogue_text),
});
const spotSchema = schemas/* strictObject */.rej({ path: catalogue_text, job: catalogue_text.optional(), step: catalogue_text.optional() });
const sinceSchema = schemas/* strictObject */.rej({
    generatedAt: moment.describe('Of the run with which it is compared.'),
    new: schemas/* array */.YOg(idSchema),
    gone: schemas/* array */.YOg(idSchema),
    moved: schemas/* array */.YOg(schemas/* strictObject */.rej({ ...idSchema.shape, from: schemas/* array */.YOg(spotSchema), to: schemas/* array */.YOg(spotSchema) }))
        .describe('Used in other files, jobs or steps than before; lines do not count.'),
    unseen: schemas/* array */.YOg(idSchema)
        .describe('Known from before and not looked for: the repository or the file was not read this time.'),
    repositories: schemas/* array */.YOg(catalogue_text).describe('Those that both runs have read; `jobs` and `migrated` are theirs.'),
    jobs: schemas/* strictObject */.rej({ before: jobsSchema, after: jobsSchema }),
    migrated: schemas/* strictObject */.rej({ before: count.max(100).optional(), after: count.max(100).optional() }),
});
/** The catalogue as a file. schemas/gate-catalogue.json is made of it. */
const catalogueSchema = schemas/* strictObject */.rej({
    kind: schemas/* literal */.euz('ephemeral-creds/gate-catalogue'),
    version: schemas/* literal */.euz(catalogueVersion),
    generatedAt: moment,
    complete: schemas/* boolean */.zMY().describe('False where something could not be read that nobody has answered for.'),
    totals: schemas/* strictObject */.rej({
        repositories: count,
        unreadable: count.describe('Repositories that could not be read; they are in no other number.'),
        files: count,
        secrets: count,
        places: count,
        waived: count,
        identifiers: count,
        unnamed: count,
        jobs: jobsSchema,
        uses: usesSchema,
        migrated: count
            .max(100)
            .optional()
            .describe('How many of a hundred jobs that use a credential use short-lived ones only, rounded down. Left out where no job uses any.'),
    }),
    kinds: schemas/* array */.YOg(kindSchema),
    repositories: schemas/* array */.YOg(repositorySchema),
    secrets: schemas/* array */.YOg(secretSchema),
    since: sinceSchema.optional(),
});
/** In per cent, rounded down: it is a hundred only when nothing is left. Undefined where no job uses a credential. */
function migrated(jobs) {
    const all = jobs.static + jobs.both + jobs.shortLived;
    return all === 0 ? undefined : Math.floor((jobs.shortLived * 100) / all);
}
/** By code units: the same on every machine. */
function byText(a, b) {
    return a < b ? -1 : a > b ? 1 : 0;
}

;// CONCATENATED MODULE: ./lib/beside/gate/catalogue/compare.js

/** What has changed since an earlier run. */
function compare(before, after) {
    const [old, now] = [keyed(before.secrets), keyed(after.secrets)];
    const missing = [...old.entries()].filter(([key]) => !now.has(key)).map(([, secret]) => secret);
    const isUnseen = unseenIn(after);
    const read = readIn(after);
    const common = new Set([...readIn(before)].filter((name) => read.has(name)));
    const jobs = { before: jobsOf(before, common), after: jobsOf(after, common) };
    const [was, is] = [migrated(jobs.before), migrated(jobs.after)];
    return {
        generatedAt: before.generatedAt,
        new: [...now.entries()].filter(([key]) => !old.has(key)).map(([, secret]) => idOf(secret)),
        gone: missing.filter((secret) => !isUnseen(secret)).map(idOf),
        moved: [...now.entries()].flatMap(([key, secret]) => movement(old.get(key), secret)),
        unseen: missing.filter(isUnseen).map(idOf),
        repositories: [...common].toSorted(),
        jobs,
        migrated: {
            ...(was === undefined ? {} : { before: was }),
            ...(is === undefined ? {} : { after: is }),
        },
    };
}
/** What one is known by from run to run. */
function keyed(secrets) {
    return new Map(secrets.map((secret) => {
        const { repository, platform, name, rules, places } = secret;
        // One without a name is known by its file.
        const more = name === undefined ? [places[0]?.path, ...rules] : [];
        return [JSON.stringify([repository, platform, name ?? null, ...more]), secret];
    }));
}
function idOf({ repository, platform, name, rules }) {
    return { repository, platform, ...(name === undefined ? {} : { name }), rules };
}
/** Of what was not read nobody can say that it is gone. */
function unseenIn({ repositories }) {
    const read = new Map(repositories.flatMap(({ name, problem, unreadable }) => problem === undefined ? [[name, new Set(unreadable.map(({ path }) => path))]] : []));
    return ({ repository, places }) => {
        const unreadable = read.get(repository);
        return unreadable === undefined || places.some(({ path }) => unreadable.has(path));
    };
}
function readIn({ repositories }) {
    return new Set(repositories.flatMap(({ name, problem }) => (problem === undefined ? [name] : [])));
}
function movement(before, after) {
    if (before === undefined)
        return [];
    const [old, now] = [spots(before.places), spots(after.places)];
    const from = [...old].filter(([key]) => !now.has(key)).map(([, spot]) => spot);
    const to = [...now].filter(([key]) => !old.has(key)).map(([, spot]) => spot);
    return from.length === 0 && to.length === 0 ? [] : [{ ...idOf(after), from, to }];
}
function spots(places) {
    return new Map(places
        .map(({ path, job, step }) => {
        const spot = { path, ...(job === undefined ? {} : { job }), ...(step === undefined ? {} : { step }) };
        return [JSON.stringify([path, job ?? null, step ?? null]), spot];
    })
        .toSorted(([a], [b]) => byText(a, b)));
}
function jobsOf({ repositories }, names) {
    return sumOfJobs(repositories.filter(({ name }) => names.has(name)));
}
function sumOfJobs(repositories) {
    const sum = { static: 0, both: 0, shortLived: 0, neither: 0 };
    for (const { jobs } of repositories) {
        sum.static += jobs.static;
        sum.both += jobs.both;
        sum.shortLived += jobs.shortLived;
        sum.neither += jobs.neither;
    }
    return sum;
}

;// CONCATENATED MODULE: ./lib/beside/gate/catalogue/assemble.js


/** The catalogue of some repositories, in an order that depends on nothing but their names. */
function assemble({ generatedAt, repositories, secrets, rules }) {
    const ordered = repositories.toSorted((a, b) => byText(a.name, b.name));
    const order = new Map(ordered.map(({ name }, index) => [name, index]));
    const rank = ({ repository }) => order.get(repository) ?? 0;
    return {
        kind: 'ephemeral-creds/gate-catalogue',
        version: catalogueVersion,
        generatedAt: generatedAt.toISOString(),
        complete: ordered.every(({ problem, unreadable }) => problem === undefined && unreadable.every(({ waived }) => waived !== undefined)),
        totals: totalsOf(ordered, secrets),
        kinds: kindsOf(secrets, rules),
        repositories: ordered,
        // What a repository\u2019s survey has put in order stays in it.
        secrets: secrets.toSorted((a, b) => rank(a) - rank(b)),
    };
}
function totalsOf(repositories, secrets) {
    const read = repositories.filter(({ problem }) => problem === undefined);
    const sum = (count) => read.reduce((all, each) => all + count(each), 0);
    const jobs = sumOfJobs(read);
    const share = migrated(jobs);
    return {
        repositories: read.length,
        unreadable: repositories.length - read.length,
        files: sum(({ files }) => files),
        secrets: secrets.length,
        places: secrets.reduce((all, { places }) => all + places.length, 0),
        waived: sum(({ waived }) => waived),
        identifiers: sum(({ identifiers }) => identifiers),
        unnamed: sum(({ unnamed }) => unnamed),
        jobs,
        uses: { static: sum(({ uses }) => uses.static), shortLived: sum(({ uses }) => uses.shortLived) },
        ...(share === undefined ? {} : { migrated: share }),
    };
}
function kindsOf(secrets, rules) {
    return rules
        .toSorted((a, b) => byText(a.id, b.id))
        .map(({ id, name, what, hint }) => ({
        rule: id,
        name,
        what,
        replacement: hint.text,
        before: hint.before,
        after: hint.after,
        secrets: secrets.filter((each) => each.rules.includes(id)).length,
        places: secrets.reduce((all, { places }) => all + places.filter(({ rule }) => rule === id).length, 0),
    }))
        .filter(({ places }) => places > 0);
}

;// CONCATENATED MODULE: ./lib/beside/gate/catalogue/find-repositories.js

/** Forges\u2019 groups in groups, a folder each. */
const mostLevels = 6;
const mostFolders = 100_000;
/**
 * Repositories at some paths: a path is a checkout, or a folder with checkouts below it, or else a repository without
 * its history. Checkouts in a checkout (submodules) are files of it.
 * @param here the folder from which relative paths count, absolute and with `/`
 */
function findRepositories(tree, paths, here) {
    const found = new Set(paths.map((path) => external_node_path_.posix.normalize(path).replace(/(?<=.)\/$/, '')).flatMap((path) => at(tree, path)));
    const named = [...found].map((path) => ({ path, name: nameOf(tree, path, here) }));
    const counts = Map.groupBy(named, ({ name }) => name);
    // Two checkouts of one repository: both are told, each by where it lies.
    return named.map(({ path, name }) => (counts.get(name)?.length ?? 0) > 1 ? { path, name: `${name} (${path})` } : { path, name });
}
function at(tree, path) {
    if (kindOf(tree, path) !== 'folder')
        return [path];
    const below = checkoutsBelow(tree, path);
    return below.length === 0 ? [path] : below;
}
/** What cannot be looked into may be a repository: reading it says what is wrong. */
function kindOf(tree, path) {
    try {
        return tree.list(path).some(({ name }) => name === '.git') ? 'checkout' : 'folder';
    }
    catch {
        return 'closed';
    }
}
function checkoutsBelow(tree, path) {
    const found = [];
    let level = [path];
    let seen = 0;
    for (let depth = 0; depth < mostLevels && seen < mostFolders; depth++) {
        const folders = level.flatMap((above) => foldersIn(tree, above));
        seen += folders.length;
        const open = folders.filter((folder) => kindOf(tree, folder) === 'folder');
        const inner = new Set(open);
        found.push(...folders.filter((folder) => !inner.has(folder)));
        level = open;
    }
    return found.toSorted();
}
function foldersIn(tree, path) {
    return tree
        .list(path)
        .flatMap(({ name, folder }) => (folder && name !== 'node_modules' ? [external_node_path_.posix.join(path, name)] : []));
}
const mostConfigBytes = 256 * 1024;
function nameOf(tree, path, here) {
    let config;
    try {
        config = tree.read(external_node_path_.posix.join(path, '.git/config'), mostConfigBytes, path);
    }
    catch {
        // Whatever it is, it is no file that git has written.
    }
    return originOf(config ?? '') ?? external_node_path_.posix.basename(external_node_path_.posix.resolve(here, path));
}
/** https://git-scm.com/docs/git-config#_configuration_file, as far as git writes it by itself. */
function originOf(config) {
    let inOrigin = false;
    for (const line of config.split('\n')) {
        if (/^\s*\[/.test(line))
            inOrigin = /^\s*\[remote "origin"\]\s*$/.test(line);
        const [, url] = (inOrigin ? /^\s*url\s*=\s*(\S+)\s*$/.exec(line) : undefined) ?? [];
        if (url !== undefined)
            return remoteName(url);
    }
    return undefined;
}
/** `host/owner/name` of a remote\u2019s URL, and nothing else of it: a token may stand in it. */
function remoteName(url) {
    const [, scheme, rest = ''] = /^(?:(https?|ssh|git|git\+ssh):\/\/)?(.*)$/.exec(url) ?? [];
    const bare = rest.slice(rest.lastIndexOf('@') + 1).replace(/[?#].*$/, '');
    const place = scheme === undefined ? /^([\w.-]+):(?!\/\/)(.+)$/ : /^([\w.-]+(?::\d+)?)\/(.+)$/;
    const [, host, path] = place.exec(bare) ?? [];
    if (host === undefined || path === undefined)
        return undefined;
    const name = path.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '');
    return name === '' ? undefined : `${host.toLowerCase()}/${name}`;
}

;// CONCATENATED MODULE: ./lib/beside/gate/catalogue/read-catalogue.js



const headSchema = schemas/* looseObject */._H3({ kind: schemas/* literal */.euz('ephemeral-creds/gate-catalogue'), version: schemas/* int */.Whr() });
/** Reads what `gate catalogue --format json` has written. @throws CredsError `input-invalid` */
function readCatalogue(path, content) {
    let value;
    try {
        value = JSON.parse(content);
    }
    catch {
        throw wrong(path, 'is no JSON');
    }
    const head = headSchema.safeParse(value);
    if (!head.success)
        throw wrong(path, 'is no catalogue of the gate');
    const { version } = head.data;
    if (version !== catalogueVersion)
        throw wrong(path, `is a catalogue of version ${String(version)}; this ephemeral-creds reads version ${String(catalogueVersion)}`);
    const read = catalogueSchema.safeParse(value);
    if (read.success)
        return read.data;
    const [issue] = read.error.issues;
    throw wrong(path, `is no sound catalogue: ${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}`);
}
function wrong(path, what) {
    return new errors/* CredsError */.uA('input-invalid', `${path} ${what}.`, {
        hint: 'Name a file that `gate catalogue --format json` of this version has written.',
    });
}

// EXTERNAL MODULE: ./lib/beside/gate/rules/promised.js
var promised = __webpack_require__(692);
;// CONCATENATED MODULE: ./lib/beside/gate/catalogue/static-finding.js
/** Those that find a static secret: a kind of credential in use, or one that is written out. */
function isStatic({ rule: { id }, severity }) {
    // A note says only that nothing is known of how a variable is kept.
    if (id === 'EO210' && severity === 'note')
        return false;
    return id.startsWith('EO1') || isWritten(id);
}
function isWritten(id) {
    return ['EO210', 'EO401', 'EO403', 'EO404'].includes(id);
}

// EXTERNAL MODULE: ./lib/beside/gate/files/yaml-tree.js
var yaml_tree = __webpack_require__(6093);
;// CONCATENATED MODULE: ./lib/beside/gate/catalogue/job-units.js

/** The jobs of a file; none in an action, which is a part of other files\u2019 jobs. */
function jobUnits(file) {
    if (file.kind !== 'workflow')
        return [];
    switch (file.platform) {
        case 'github-actions':
        case 'forgejo':
            return file.jobs.map((job) => ({ parts: new Set([job]) }));
        case 'gitlab-ci':
            return gitlabUnits(file.jobs);
        case 'circleci':
            return grouped(file.jobs, ({ name }) => name.split('.').slice(0, 2).join('.'));
        case 'dockerfile':
        case 'trust-policy':
            return [];
        case 'bitbucket-pipelines':
        case 'buildkite': {
            const outermost = outermostOf(file.jobs);
            return grouped(file.jobs, (job) => String(outermost.get(job)));
        }
    }
}
/** What stands above all jobs: each of them has it. */
function isForAll(job, { platform }) {
    if (job === undefined)
        return true;
    return platform === 'gitlab-ci' ? job.name === 'default' : job.name === '';
}
function grouped(jobs, key) {
    const own = jobs.filter(({ name }) => name !== '');
    return [...Map.groupBy(own, key).values()].map((parts) => ({ parts: new Set(parts) }));
}
/** Where the job begins in which another is only a part: a pipe, a plugin. */
function outermostOf(jobs) {
    const own = jobs.filter(({ name }) => name !== '').map((job) => ({ job, span: job.tree.span }));
    own.sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end);
    const found = new Map();
    let around = { start: 0, end: 0 };
    for (const { job, span } of own) {
        if (span.end > around.end)
            around = span;
        found.set(job, around.start);
    }
    return found;
}
/** https://docs.gitlab.com/ci/jobs/#hide-a-job: templates run only as parts of others. */
function gitlabUnits(jobs) {
    const named = new Map(jobs.map((job) => [job.name, job]));
    const common = jobs.filter(({ name }) => name === 'default');
    const own = jobs.filter(({ name }) => name !== 'default');
    const shown = own.filter(({ name }) => !name.startsWith('.'));
    // A file of templates alone stands for the jobs that others make of them.
    return (shown.length > 0 ? shown : own).map((job) => ({
        parts: new Set([...extended(job, named), ...common]),
    }));
}
function extended(job, named) {
    const found = new Set([job]);
    for (const each of found)
        for (const name of extendsOf(each)) {
            const other = named.get(name);
            if (other !== undefined)
                found.add(other);
        }
    return found;
}
/** Names of the templates that a job of GitLab extends. */
function extendsOf({ tree }) {
    return (0,yaml_tree/* leavesOf */.wf)((0,yaml_tree/* child */.jf)(tree, 'extends')).map(({ text }) => text.value);
}

;// CONCATENATED MODULE: ./lib/beside/gate/catalogue/started-scripts.js
/** A script, and those of the repository that it starts, and so on. */
function startedBy({ shell }) {
    const found = new Set([shell]);
    for (const each of found)
        for (const called of each.calls?.values() ?? [])
            found.add(called.shell);
    return [...found];
}

// EXTERNAL MODULE: ./lib/beside/gate/rules/oidc-steps.js
var oidc_steps = __webpack_require__(3348);
;// CONCATENATED MODULE: ./lib/beside/gate/catalogue/short-lived.js




/** Commands that trade an ID token for something, or borrow. */
const exchanges = /^(\S*ephemeral-creds\S* (exec|login)\b|aws sts assume-role-with-web-identity\b|gcloud iam workload-identity-pools create-cred-config\b|az login\b.* --federated-token\b|(vault|bao) write .*\bauth\/\S*jwt|buildkite-agent oidc request-token\b|pulumi login\b.* --oidc|kubelogin\b.*workloadidentity)/;
/** The variables in which platforms put ID tokens. */
const tokens = /ACTIONS_ID_TOKEN_REQUEST_(URL|TOKEN)|\bCIRCLE_OIDC_TOKEN(_V2)?\b|\bBITBUCKET_STEP_OIDC_TOKEN\b|\bgetIDToken\(/;
/** Tools that ask for an ID token themselves, where the job may. */
const publishers = /^((npm|pnpm|yarn|bun) publish|cosign sign|uv publish|goreleaser release|semantic-release|twine upload|cargo publish|gem push)\b/;
/** Steps of a file in which a short-lived credential is taken. */
function shortLivedSteps(file, { held, actions }) {
    const found = file.jobs.flatMap((job) => {
        const may = (0,oidc_steps/* grantsIdToken */.Cu)(job.permissions ?? file.permissions);
        return job.steps.filter((step) => step.script === undefined
            ? !held.has(step) && ((0,oidc_steps/* takesOidc */.sQ)(step) || isOwn(step, actions))
            : tokens.test(step.script.text.value) ||
                startedBy(step.script).some((shell) => exchangesIn(shell) || (may && !held.has(step) && publishesIn(shell))));
    });
    return new Set(found);
}
function exchangesIn({ commands }) {
    return commands.some(({ line }) => exchanges.test(line));
}
function publishesIn({ commands }) {
    return commands.some(({ line }) => publishers.test(line));
}
function isOwn({ action }, actions) {
    return action !== undefined && action.name.startsWith('./') && actions.has(folderOf(action.name.slice(2)));
}
function folderOf(path) {
    return path.replace(/\/+$/, '');
}
/** The folder by which steps name an action of the repository. */
function actionFolder(path) {
    return path.replace(/(^|\/)action\.ya?ml$/, '');
}
/** A job that says by itself, and not by a step, that it takes one. */
function isShortLivedJob(job, { platform }) {
    switch (platform) {
        case 'github-actions':
        case 'forgejo':
        case 'dockerfile':
        case 'trust-policy':
            return false;
        case 'gitlab-ci':
            return job.idTokens.length > 0 || extendsOf(job).some((name) => /(^|[./-])ephemeral-creds/.test(name));
        case 'bitbucket-pipelines':
            return some(job.tree, ({ key, value }) => key === 'oidc' && (0,yaml_tree/* textOf */.b6)(value)?.value === 'true');
        case 'circleci':
            return some(job.tree, ({ key, value }) => (key === 'use_oidc' && (0,yaml_tree/* textOf */.b6)(value)?.value === 'true') || /^role[-_]arn$/.test(key));
        case 'buildkite':
            return some(job.tree, ({ key }) => /assume-role-with-web-identity|workload-identity|oidc/.test(key));
    }
}
/** Somewhere below; what YAML\u2019s aliases name is met once. */
function some(tree, holds) {
    const seen = new Set();
    const visit = (part) => {
        if (part.kind === 'leaf' || seen.has(part))
            return false;
        seen.add(part);
        if (part.kind === 'list')
            return part.items.some(visit);
        return part.entries.some((entry) => holds(entry) || visit(entry.value));
    };
    return visit(tree);
}

;// CONCATENATED MODULE: ./lib/beside/gate/catalogue/tally.js



function tally(files) {
    const scripts = scriptsThatHold(files);
    const actions = shortLivedActions(files, scripts);
    const jobs = { static: 0, both: 0, shortLived: 0, neither: 0 };
    let shortLived = 0;
    for (const each of files) {
        const holds = holdersOf(each, scripts);
        const takes = takersOf(each, holds.steps, actions);
        shortLived += takes.count;
        for (const { parts } of jobUnits(each.file)) {
            const all = [...parts];
            const isStatic = holds.all || all.some((job) => holds.jobs.has(job));
            const isShort = takes.all || all.some((job) => takes.jobs.has(job));
            jobs[isStatic ? (isShort ? 'both' : 'static') : isShort ? 'shortLived' : 'neither']++;
        }
    }
    return { jobs, shortLived };
}
/** Rules that look for static secrets by themselves and say in which job. */
const told = new Set(['EO116', 'EO210']);
/** Who holds a static secret. */
function holdersOf({ file, judged, findings }, scripts) {
    const held = judged.filter(({ use, rule }) => rule !== undefined && !use.tested).map(({ use }) => use);
    const written = file.literals
        .filter(({ kind }) => kind !== 'short-lived')
        .map(({ span }) => jobAround(file, span));
    const others = findings
        .filter(({ rule, severity }) => told.has(rule.id) && severity !== 'note')
        .map(({ job }) => file.jobs.find(({ name }) => name === job));
    const starting = file.jobs.filter(({ steps }) => steps.some(({ script }) => script !== undefined && startedBy(script).some((each) => scripts.has(each))));
    const jobs = [...held.map(({ job }) => job), ...written, ...others, ...starting];
    return {
        all: jobs.some((job) => isForAll(job, file)),
        jobs: new Set(jobs.filter((job) => job !== undefined)),
        steps: new Set(held.flatMap(({ step }) => step ?? [])),
    };
}
/** Scripts of the repository that a static secret goes into: whoever starts them holds it. */
function scriptsThatHold(files) {
    const found = files
        .filter(({ file }) => file.kind === 'script')
        .flatMap(({ file, judged }) => {
        const steps = judged.flatMap(({ use, rule }) => (rule === undefined || use.tested ? [] : [use.step]));
        const written = file.literals.some(({ kind }) => kind !== 'short-lived');
        return written ? file.jobs.flatMap((job) => job.steps) : steps;
    });
    return new Set(found.flatMap((step) => step?.script?.shell ?? []));
}
function jobAround({ jobs }, { start }) {
    return jobs.find(({ name, tree: { span } }) => name !== '' && name !== 'default' && span.start <= start && start < span.end);
}
/** Who takes a short-lived credential. @param held steps that a static secret goes into */
function takersOf({ file }, held, actions) {
    const steps = shortLivedSteps(file, { held, actions });
    const saying = file.jobs.filter((job) => isShortLivedJob(job, file));
    const jobs = new Set([...saying, ...file.jobs.filter((job) => job.steps.some((step) => steps.has(step)))]);
    // A job that says so and a step in it that does are one use.
    const within = new Set(saying.flatMap((job) => job.steps));
    return {
        all: [...jobs].some((job) => isForAll(job, file)),
        jobs,
        count: saying.length + [...steps].filter((step) => !within.has(step)).length,
    };
}
function shortLivedActions(files, scripts) {
    const none = new Set();
    const found = files.filter((each) => each.file.kind === 'action' && takersOf(each, holdersOf(each, scripts).steps, none).count > 0);
    return new Set(found.map(({ file }) => actionFolder(file.source.path)));
}

;// CONCATENATED MODULE: ./lib/beside/gate/catalogue/survey.js




/** What a repository has in the catalogue. */
function survey(reading) {
    const { name, path, files, unreadable, enforced } = reading;
    const secrets = secretsOf(reading);
    const { jobs, shortLived } = tally(files);
    const share = migrated(jobs);
    const places = secrets.flatMap((secret) => secret.places);
    const repository = {
        name,
        path,
        files: files.length + unreadable.length,
        unreadable: unreadable.map(({ path, start, message, waived }) => ({
            path,
            line: start.line,
            problem: message,
            ...(waived === undefined ? {} : { waived }),
        })),
        secrets: secrets.length,
        waived: secrets.filter(({ waivedUntil }) => waivedUntil !== undefined).length,
        identifiers: new Set(files.flatMap(identifiersOf)).size,
        unnamed: files.flatMap(({ findings }) => findings.filter(({ rule }) => handsOn.has(rule.id))).length,
        enforced,
        jobs,
        uses: { static: places.filter(({ severity }) => severity !== 'note').length, shortLived },
        ...(share === undefined ? {} : { migrated: share }),
    };
    return { repository, secrets };
}
/** Rules that find secrets handed on without their names. */
const handsOn = new Set(['EO201', 'EO202']);
function secretsOf({ name: repository, files }) {
    const found = files.flatMap(({ file, findings }) => findings.filter(isStatic).map((finding) => ({ file, finding })));
    const groups = Map.groupBy(found, ({ file, finding }) => survey_idOf(file, finding));
    return [...groups.values()]
        .flatMap(([first, ...others]) => {
        if (first === undefined)
            return [];
        const { secret: name } = first.finding;
        const places = [first, ...others].map(({ finding }) => placeOf(finding)).toSorted(inOrder);
        return [
            {
                repository,
                platform: first.file.platform,
                ...(name === undefined ? {} : { name }),
                ...summary(places),
            },
        ];
    })
        .toSorted((a, b) => byText(label(a), label(b)) || byText(a.platform, b.platform) || inOrder(a.places[0], b.places[0]));
}
/** One that has no name is another in each file. */
function survey_idOf({ platform, source }, { secret, rule }) {
    return JSON.stringify([platform, secret ?? null, ...(secret === undefined ? [source.path, rule.id] : [])]);
}
/** Those without a name come last. */
function label({ name }) {
    return name ?? '\uffff';
}
function inOrder(a, b) {
    if (a === undefined || b === undefined)
        return 0;
    return byText(a.path, b.path) || a.line - b.line || a.column - b.column || byText(a.rule, b.rule);
}
function placeOf({ path, start, job, step, rule, severity, waived }) {
    return {
        path,
        line: start.line,
        column: start.column,
        ...(job === undefined ? {} : { job }),
        ...(step === undefined ? {} : { step }),
        rule: rule.id,
        severity,
        ...(waived === undefined ? {} : { waived }),
    };
}
function summary(places) {
    const ends = places.flatMap(({ waived }) => (waived === undefined ? [] : [waived.expires]));
    const [waivedUntil] = ends.length === places.length ? ends.toSorted() : [];
    return {
        rules: [...new Set(places.map(({ rule }) => rule))].toSorted(),
        severity: ['error', 'warning'].find((level) => places.some((each) => each.severity === level)) ??
            'note',
        ...(waivedUntil === undefined ? {} : { waivedUntil }),
        places,
    };
}
/** Names of what is kept where secrets are kept, and is none. */
function identifiersOf({ file, judged }) {
    const secret = new Set(judged.flatMap(({ use, rule }) => (rule === undefined ? [] : [use.secret])));
    return judged.flatMap(({ use }) => {
        const kept = use.origin === 'secret' || use.origin === 'variable';
        const other = secret.has(use.secret) || (0,promised/* isPromised */.M)(use.secret, file.platform);
        return kept && !other ? [`${file.platform} ${use.secret}`] : [];
    });
}

// EXTERNAL MODULE: ./lib/beside/gate/files/find-files.js
var find_files = __webpack_require__(3638);
// EXTERNAL MODULE: ./lib/beside/gate/files/literals.js + 20 modules
var files_literals = __webpack_require__(9809);
// EXTERNAL MODULE: ./lib/beside/gate/files/read-files.js + 7 modules
var read_files = __webpack_require__(7479);
// EXTERNAL MODULE: ./lib/beside/gate/files/registry.js + 19 modules
var registry = __webpack_require__(8053);
// EXTERNAL MODULE: ./lib/beside/gate/files/source.js
var files_source = __webpack_require__(6022);
// EXTERNAL MODULE: ./lib/beside/gate/gate-policy.js + 2 modules
var gate_policy = __webpack_require__(3012);
// EXTERNAL MODULE: ./lib/beside/gate/hidden-values.js
var hidden_values = __webpack_require__(7954);
// EXTERNAL MODULE: ./lib/beside/gate/inspect.js + 3 modules
var inspect = __webpack_require__(2976);
// EXTERNAL MODULE: ./lib/beside/gate/rules/registry.js + 56 modules
var rules_registry = __webpack_require__(9204);
;// CONCATENATED MODULE: ./lib/beside/commands/catalogue.js

















/**
 * `gate catalogue`. A repository that cannot be read is told in the catalogue and does not keep the others out of it.
 * @throws CredsError when the earlier run\u2019s file cannot be read
 */
async function catalogue(order, tree) {
    const before = order.since === undefined ? undefined : earlier(order.since, tree);
    const surveys = [];
    for (const found of findRepositories(tree, order.paths, order.here))
        surveys.push(await surveyed(found, tree, order.at));
    const after = assemble({
        generatedAt: order.at,
        repositories: surveys.map(({ repository }) => repository),
        secrets: surveys.flatMap(({ secrets }) => secrets),
        rules: rules_registry/* rules */.a,
    });
    return before === undefined ? after : { ...after, since: compare(before, after) };
}
const mostCatalogueBytes = 128 * 1024 * 1024;
function earlier(path, tree) {
    let text;
    try {
        text = tree.read(path, mostCatalogueBytes);
    }
    catch {
        throw new errors/* CredsError */.uA('input-invalid', `${path} cannot be read.`, {
            hint: 'Name a file that `gate catalogue --format json` has written.',
        });
    }
    if (text !== undefined)
        return readCatalogue(path, text);
    throw new errors/* CredsError */.uA('input-invalid', `There is no file ${path}.`, {
        hint: 'The first run has nothing to be compared with: leave --since out, and keep its JSON.',
    });
}
async function surveyed(found, tree, at) {
    try {
        return survey(await readRepository(found, tree, at));
    }
    catch (error) {
        return { repository: unread(found, problemOf(error)), secrets: [] };
    }
}
function problemOf(error) {
    if (error instanceof errors/* CredsError */.uA)
        return error.message;
    const code = error.code;
    return code === undefined ? 'the gate has a defect here' : `the system says ${code}`;
}
function unread({ name, path }, problem) {
    const none = { files: 0, unreadable: [], secrets: 0, waived: 0, identifiers: 0, unnamed: 0 };
    return {
        name,
        path,
        problem,
        ...none,
        enforced: true,
        jobs: { static: 0, both: 0, shortLived: 0, neither: 0 },
        uses: { static: 0, shortLived: 0 },
    };
}
async function readRepository({ name, path }, everything, at) {
    if (!everything.isFolder(path))
        throw catalogue_wrong('there is no such folder');
    const tree = below(everything, path);
    const { policy, values } = await policyOf(tree);
    const paths = (0,find_files/* findFiles */.l)(tree, '.', registry/* fileReaders */.T).map((each) => ({ path: each, found: true }));
    if (paths.length === 0 && tree.list('.').every((entry) => entry.name !== '.git'))
        throw catalogue_wrong('this is no checkout, there is none below it, and there are no pipeline files in it');
    const files = [];
    const failed = [];
    for (const file of (0,read_files/* readFiles */.U)(paths, tree, registry/* fileReaders */.T)) {
        const literals = await (0,files_literals/* literalsIn */.w)(file.source);
        values.push(...(0,files_literals/* valuesOf */.s)(file.source, literals));
        if ('problem' in file)
            failed.push((0,inspect/* unreadable */.O$)(file, rules_registry/* ruleBook */.E));
        else
            files.push(judgedFile({ ...file, literals }, policy));
    }
    const hide = (0,hidden_values/* hiderOf */.S)(values);
    const fit = (findings) => (0,apply_policy/* withWaivers */.k)(findings, policy, at).map((each) => (0,hidden_values/* withoutValues */.l)(each, hide));
    return {
        name: hide(name),
        path,
        files: files.map((each) => ({ ...each, findings: fit(each.findings) })),
        unreadable: fit(failed),
        enforced: policy.mode === 'enforce',
    };
}
function judgedFile(file, { classification }) {
    const judged = (0,inspect/* judge */.S4)(file, rules_registry/* ruleBook */.E, classification);
    return { file, judged, findings: (0,inspect/* inspect */.Nn)(file, rules_registry/* ruleBook */.E, classification) };
}
function catalogue_wrong(message) {
    return new errors/* CredsError */.uA('input-invalid', message, {
        hint: 'Name checkouts, or folders with checkouts in them.',
    });
}
const mostPolicyBytes = 256 * 1024;
async function policyOf(tree) {
    let text;
    try {
        text = tree.read(gate_policy/* policyFileName */.UW, mostPolicyBytes);
    }
    catch {
        throw catalogue_wrong(`${gate_policy/* policyFileName */.UW} cannot be read, or is longer than 256 KiB`);
    }
    if (text === undefined)
        return { policy: gate_policy/* noPolicy */.Wo, values: [] };
    const source = (0,files_source/* sourceOf */.v)(gate_policy/* policyFileName */.UW, text);
    const values = (0,files_literals/* valuesOf */.s)(source, await (0,files_literals/* literalsIn */.w)(source));
    try {
        return { policy: (0,gate_policy/* readGatePolicy */.cF)(gate_policy/* policyFileName */.UW, text), values };
    }
    catch (error) {
        throw error instanceof errors/* CredsError */.uA ? catalogue_wrong((0,hidden_values/* hiderOf */.S)(values)(error.message)) : error;
    }
}
/** The work tree of one repository: what is in it is named from its root, as a run of the gate in it does. */
function below(tree, folder) {
    const within = (path) => external_node_path_.posix.join(folder, path);
    return {
        isFolder: (path) => tree.isFolder(within(path)),
        list: (path) => tree.list(within(path)),
        // No link in it leads out of it.
        read: (path, maxBytes, root = '') => tree.read(within(path), maxBytes, within(root)),
    };
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./lib/beside/domain/printable.js
var printable = __webpack_require__(6867);
;// CONCATENATED MODULE: ./lib/beside/gate/catalogue/forms/markup.js

/** HTML whose gaps hold text: whatever stands in it is shown, and nothing of it is a tag, an attribute or a direction. */
function markup(words, ...parts) {
    return { markup: words.map((word, index) => `${word}${filled(parts[index] ?? '')}`).join('') };
}
/** A text of ours as it is: a style, a script. */
function verbatim(text) {
    return { markup: text };
}
function filled(part) {
    if (typeof part === 'number')
        return String(part);
    if (typeof part === 'string')
        return escaped(part);
    return 'markup' in part ? part.markup : part.map(filled).join('');
}
function escaped(text) {
    return text
        .split('\n')
        .map((line) => (0,printable/* visible */.R)(line).replace(/[&<>"'`]/g, (char) => `&#${String(char.charCodeAt(0))};`))
        .join('\n');
}
/** Our own words, in which `\u2026` is code. */
function prose(text) {
    const parts = text
        .split('`')
        .map((part, index) => (index % 2 === 0 ? markup `${part}` : markup `<code>${part}</code>`));
    return markup `${parts}`;
}

;// CONCATENATED MODULE: ./lib/beside/gate/catalogue/forms/wording.js

/** What a secret is called. Names come from files that anybody may have written. */
function secretName({ name, rules }) {
    if (name !== undefined)
        return (0,printable/* printable */.g)(name);
    return rules.every((rule) => rule.startsWith('EO4')) ? '(written out in the file)' : '(without a name)';
}
function kindText(rules, { kinds }) {
    return rules.map((id) => `${id} ${kinds.find(({ rule }) => rule === id)?.name ?? ''}`.trim()).join(', ');
}
/** What to use instead, in a few words: the first sentence of what the kinds say. */
function replacementText(rules, { kinds }) {
    return kinds
        .filter(({ rule }) => rules.includes(rule))
        .map(({ replacement }) => /^.*?(?=[.;]( |$))/.exec(replacement)?.[0] ?? replacement)
        .map((sentence) => `${sentence}.`)
        .join(' ');
}
/** A file, a job and a step. */
function spotText({ path, job, step }, line) {
    const place = line === undefined ? (0,printable/* printable */.g)(path) : `${(0,printable/* printable */.g)(path)}:${String(line)}`;
    const names = [job, step].filter((name) => name !== undefined).map(printable/* printable */.g);
    return names.length === 0 ? place : `${place} (${names.join(', ')})`;
}
function waivedText(secret) {
    const { waivedUntil, places } = secret;
    const waived = places.filter(({ waived }) => waived !== undefined).length;
    if (waived === 0)
        return 'no';
    const owners = new Set(places.flatMap(({ waived }) => (waived === undefined ? [] : [waived.owner])));
    if (waivedUntil === undefined)
        return `${String(waived)} of ${String(places.length)} places`;
    return `until ${waivedUntil} (${[...owners].map(printable/* printable */.g).join(', ')})`;
}
function percent(share) {
    return share === undefined ? '\u2013' : `${String(share)} %`;
}
function counted(number, one, many) {
    return `${String(number)} ${number === 1 ? one : many}`;
}
/** How many of the jobs that use a credential hold no static secret. */
function jobsText({ static: held, both, shortLived }) {
    const all = held + both + shortLived;
    if (all === 0)
        return 'no job uses a credential';
    return `${String(shortLived)} of ${counted(all, 'job that uses', 'jobs that use')} a credential hold no static secret`;
}
/** What is in the catalogue, and what is not. */
function summaryLines({ totals, complete }) {
    const { repositories, files, secrets, places, waived, identifiers, unnamed, unreadable } = totals;
    return [
        `${counted(repositories, 'repository', 'repositories')}, ${counted(files, 'pipeline file', 'pipeline files')}: ${counted(secrets, 'static secret', 'static secrets')} in ${counted(places, 'place', 'places')}${waived > 0 ? `, ${String(waived)} waived` : ''}.`,
        `Not listed: ${counted(identifiers, 'identifier', 'identifiers')} (kept as secrets, and none).`,
        ...(unnamed > 0
            ? [
                `In ${counted(unnamed, 'place', 'places')} secrets are handed on without their names: they are not in the catalogue.`,
            ]
            : []),
        ...(complete
            ? []
            : [
                `This catalogue is not complete: ${unreadable > 0 ? counted(unreadable, 'repository', 'repositories') : 'some files'} could not be read.`,
            ]),
    ];
}
/** What could not be read, one line each. */
function problemLines({ repositories }) {
    return repositories.flatMap(({ name, path, problem, unreadable }) => [
        ...(problem === undefined ? [] : [`${(0,printable/* printable */.g)(name)} (${(0,printable/* printable */.g)(path)}): ${(0,printable/* printable */.g)(problem)}`]),
        ...unreadable.map((file) => `${(0,printable/* printable */.g)(name)}: ${(0,printable/* printable */.g)(file.path)}:${String(file.line)}: ${(0,printable/* printable */.g)(file.problem)}${file.waived === undefined ? '' : ` (waived until ${file.waived.expires})`}`),
    ]);
}

;// CONCATENATED MODULE: ./lib/beside/gate/catalogue/forms/html-chart.js


/** More bars than that nobody compares; what is left over is one bar. */
const mostBars = 30;
const width = 960;
const html_chart_label = 300;
const bar = 570;
const pitch = 34;
const height = 20;
const html_chart_top = 44;
/** Between the sum and what it is the sum of. */
const gap = 12;
const parts = [
    { key: 'shortLived', text: 'short-lived only' },
    { key: 'both', text: 'both' },
    { key: 'static', text: 'static only' },
];
/** Jobs that use a credential, a bar for each repository. The table below it has the same numbers. */
function chart(catalogue) {
    const rows = rowsOf(catalogue);
    if (rows.length === 0)
        return markup ``;
    const tall = html_chart_top + rows.length * pitch + (rows[0]?.isSum ? gap : 0);
    return markup `<div class="wide" tabindex="0" role="group" aria-label="Chart of the migration">
    <svg class="chart" viewBox="0 0 ${width} ${tall}" role="img" aria-labelledby="chart-title chart-text">
      <title id="chart-title">Jobs on short-lived credentials and on static secrets</title>
      <desc id="chart-text">
        ${rows.map(({ name, jobs, share }) => `${name}: ${percent(share)} migrated; ${jobsText(jobs)}. `).join('')}
      </desc>
      <defs>
        <pattern
          id="stripes"
          width="8"
          height="8"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect width="8" height="8" class="short" />
          <rect width="4" height="8" class="held" />
        </pattern>
      </defs>
      ${legend()} ${rows.map((row, index) => barOf(row, html_chart_top + index * pitch + (rows[0]?.isSum && index > 0 ? gap : 0)))}
    </svg>
  </div>`;
}
/** Those with most left to do first; a single repository is its own sum. */
function rowsOf({ repositories, totals }) {
    const all = repositories
        .filter(({ migrated }) => migrated !== undefined)
        .map(({ name, jobs, migrated }) => ({ name, jobs, share: migrated }))
        .toSorted((a, b) => left(b.jobs) - left(a.jobs) || (a.share ?? 0) - (b.share ?? 0));
    const rest = all.length - mostBars;
    const sum = {
        name: rest > 0 ? `in all (${String(rest)} more are below)` : 'in all',
        jobs: totals.jobs,
        share: totals.migrated,
        isSum: true,
    };
    return all.length < 2 ? all : [sum, ...all.slice(0, mostBars)];
}
function left(jobs) {
    return jobs.static + jobs.both;
}
function legend() {
    return markup `<g class="legend"
    >${parts.map(({ key, text }, index) => markup `<rect x="${html_chart_label + index * 170}" y="8" width="14" height="14" rx="3" class="${key}" /><text
            x="${html_chart_label + index * 170 + 22}"
            y="20"
            >${text}</text
          >`)}</g
  >`;
}
function barOf({ name, jobs, share, isSum }, y) {
    const middle = y + height / 2 + 5;
    const all = left(jobs) + jobs.shortLived;
    let x = html_chart_label;
    const segments = parts.map(({ key, text }) => {
        const number = jobs[key];
        const long = (number * bar) / all;
        const segment = number === 0 ? markup `` : segmentOf({ key, text, number, x, y, long });
        x += long;
        return segment;
    });
    return markup `<g class="row${isSum ? ' sum' : ''}" data-name="${name}">
    <text x="${html_chart_label - 14}" y="${middle}" class="name">${html_chart_short(name)}<title>${name}</title></text>
    <rect x="${html_chart_label}" y="${y}" width="${bar}" height="${height}" rx="4" class="track" />
    ${segments}
    <text x="${html_chart_label + bar + 14}" y="${middle}" class="share">${percent(share)}</text>
  </g> `;
}
function segmentOf({ key, text, number, x, y, long }) {
    const digits = String(number).length * 9 + 8;
    const middle = x + long / 2;
    const plate = key === 'both'
        ? markup `<rect
          x="${fixed(middle - digits / 2)}"
          y="${y + 2}"
          width="${digits}"
          height="${height - 4}"
          rx="3"
          class="plate"
        />`
        : markup ``;
    return markup `<g data-part="${key}" data-count="${number}"
    ><title>${number} ${text}</title
    ><rect
      x="${fixed(x)}"
      y="${y}"
      width="${fixed(Math.max(long - 2, 1))}"
      height="${height}"
      rx="4"
      class="${key}"
    />${long < digits + 6
        ? ''
        : markup `${plate}<text x="${fixed(middle)}" y="${y + height / 2 + 5}" class="number ${key}-number"
              >${number}</text
            >`}</g
  >`;
}
function fixed(number) {
    return String(Math.round(number * 100) / 100);
}
/** As much as there is room for; the end of a path says more than its beginning. */
function html_chart_short(name) {
    const most = 36;
    return name.length <= most ? name : `\u2026${name.slice(1 - most)}`;
}

;// CONCATENATED MODULE: ./lib/beside/gate/catalogue/forms/html-changes.js


/** What has changed since the last run. */
function changes({ since }) {
    if (since === undefined)
        return markup ``;
    const { generatedAt, new: fresh, gone, moved, unseen, jobs, migrated } = since;
    return markup `<section aria-labelledby="changes">
    <h2 id="changes">Since ${generatedAt.slice(0, 10)}</h2>
    <p>
      In the repositories that both runs read:
      <b>${percent(migrated.before)} \u2192 ${percent(migrated.after)}</b> migrated (${jobsText(jobs.before)}; now
      ${jobsText(jobs.after)}).
    </p>
    <div class="changes">
      ${listOf('New', fresh, [])} ${listOf('Gone', gone, [])} ${listOf('Moved', moved, moved.map(journey))}
      ${listOf('Not looked for', unseen, [])}
    </div>
  </section>`;
}
function listOf(title, ids, more) {
    if (ids.length === 0 && title === 'Not looked for')
        return markup ``;
    const items = ids.map((id, index) => markup `<li>
        <code>${secretName(id)}</code> <span class="muted">${id.repository}</span>${more[index] ?? ''}
      </li> `);
    return markup `<div>
    <h3>${title} <span class="muted">${ids.length}</span></h3>
    ${items.length === 0
        ? markup `<p class="muted">None.</p>`
        : markup `<ul>
            ${items}
          </ul>`}
  </div>`;
}
function journey({ from, to }) {
    return markup `<ul>
    ${from.map((spot) => markup `<li>
          <del><code>${spotText(spot)}</code></del>
        </li>`)}${to.map((spot) => markup `<li>
          <ins><code>${spotText(spot)}</code></ins>
        </li>`)}
  </ul>`;
}

;// CONCATENATED MODULE: ./lib/beside/gate/catalogue/forms/html-script.js
/**
 * What the page does: its tables sort by any column, by mouse and keyboard, the list of secrets can be narrowed down, and
 * paper shows what is folded. Without it the page shows all the same.
 */
const script = `
'use strict';
const said = document.getElementById('said');
const valueOf = (row, index) => {
  const cell = row.cells[index];
  return cell.dataset.sort ?? cell.textContent.trim();
};
for (const table of document.querySelectorAll('table.sortable')) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, index) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      const down = head.getAttribute('aria-sort') === 'ascending';
      for (const each of heads) each.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const compare = head.classList.contains('number')
        ? (a, b) => Number(a) - Number(b)
        : (a, b) => a.localeCompare(b, 'en', { numeric: true });
      const rows = [...body.rows].map((row) => [valueOf(row, index), row]);
      rows.sort(([a], [b]) => (down ? compare(b, a) : compare(a, b)));
      body.append(...rows.map(([, row]) => row));
      said.textContent = table.caption.textContent.trim() + ', sorted by ' + button.textContent + (down ? ', descending' : ', ascending');
    });
  });
}
const list = document.getElementById('secrets-table');
if (list !== null) {
  const label = document.createElement('label');
  label.className = 'filter';
  const input = document.createElement('input');
  input.type = 'search';
  label.append('Show only', input);
  list.parentElement.before(label);
  const rows = [...list.tBodies[0].rows].map((row) => [row, row.textContent.toLowerCase()]);
  input.addEventListener('input', () => {
    const wanted = input.value.toLowerCase();
    let shown = 0;
    for (const [row, text] of rows) {
      row.hidden = !text.includes(wanted);
      if (!row.hidden) shown++;
    }
    said.textContent = shown + ' of ' + rows.length + ' shown';
  });
}
const unfold = () => {
  const target = document.getElementById(location.hash.slice(1));
  if (target !== null && target.localName === 'details') target.open = true;
};
addEventListener('hashchange', unfold);
unfold();
addEventListener('beforeprint', () => {
  for (const each of document.querySelectorAll('details')) each.open = true;
});
`;

;// CONCATENATED MODULE: ./lib/beside/gate/catalogue/forms/html-style.js
/** Colours that hold 4.5:1 against what they stand on (WCAG 2.2, 1.4.3), by day and by night. */
const style = `
:root { color-scheme: light dark; --page: #f6f8fa; --card: #ffffff; --text: #1f2328; --muted: #57606a; --line: #d0d7de;
  --short: #0a69c7; --short-text: #ffffff; --held: #b45309; --held-text: #ffffff; --track: #eaeef2; --link: #0550ae;
  --alert: #fff1e5; --alert-line: #b45309; --good: #116329; --focus: #0550ae; }
@media (prefers-color-scheme: dark) { :root { --page: #0d1117; --card: #161b22; --text: #e6edf3; --muted: #9da7b3;
  --line: #30363d; --short: #58a6ff; --short-text: #0d1117; --held: #f0a04b; --held-text: #0d1117; --track: #21262d;
  --link: #79b8ff; --alert: #2d2013; --alert-line: #f0a04b; --good: #56d364; --focus: #79b8ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 2rem 1.5rem 4rem; background: var(--page); color: var(--text);
  font: 0.9375rem/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
h1 { margin: 0; font-size: 1.75rem; letter-spacing: -0.01em; }
h2 { margin: 0 0 0.75rem; font-size: 1.25rem; }
h3 { margin: 0 0 0.25rem; font-size: 1rem; }
header p { margin: 0.25rem 0 1.5rem; }
section { margin: 1.5rem 0; padding: 1.25rem 1.5rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
section > p:first-of-type { margin-top: 0; }
.muted { color: var(--muted); }
.unseen { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.85em; }
code { overflow-wrap: anywhere; unicode-bidi: isolate; }
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: 0.75rem; margin: 0; }
.cards div { display: flex; flex-direction: column-reverse; justify-content: flex-end; padding: 0.9rem 1.1rem;
  background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.cards dt { color: var(--muted); font-size: 0.8125rem; line-height: 1.35; }
.cards dd { margin: 0; font-size: 1.75rem; font-weight: 650; font-variant-numeric: tabular-nums; }
.cards div:first-child { border-color: var(--short); box-shadow: inset 4px 0 0 var(--short); }
.alert { background: var(--alert); border-color: var(--alert-line); }
.alert ul { margin: 0; padding-left: 1.2rem; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
.chart { display: block; width: 100%; min-width: 44rem; height: auto; margin: 0.5rem 0 1.25rem; }
.chart text { fill: var(--text); font-size: 14px; }
.chart .name { text-anchor: end; unicode-bidi: isolate; }
.chart .share { font-weight: 650; font-variant-numeric: tabular-nums; }
.chart .sum .name { font-weight: 650; }
.chart .legend text { fill: var(--muted); font-size: 13px; }
.chart .number { text-anchor: middle; font-size: 13px; font-weight: 650; font-variant-numeric: tabular-nums; }
.chart .track { fill: var(--track); }
.chart .short, .chart .shortLived { fill: var(--short); }
.chart .held, .chart .static { fill: var(--held); }
.chart .both { fill: url(#stripes); }
.chart .plate { fill: var(--card); }
.chart .shortLived-number { fill: var(--short-text); }
.chart .static-number { fill: var(--held-text); }
table { width: 100%; border-collapse: collapse; }
caption { padding: 0 0 0.5rem; text-align: left; color: var(--muted); font-size: 0.8125rem; }
th, td { padding: 0.5rem 0.75rem; border-top: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { border-top: 0; border-bottom: 2px solid var(--line); color: var(--muted); font-size: 0.8125rem; font-weight: 600;
  white-space: nowrap; }
tbody th { font-weight: 600; overflow-wrap: anywhere; }
tbody tr:hover { background: color-mix(in srgb, var(--short) 7%, transparent); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td ul { margin: 0; padding: 0; list-style: none; }
thead button { margin: 0; padding: 0; border: 0; background: none; color: inherit; font: inherit; cursor: pointer; }
thead button::after { content: "\\2195"; display: inline-block; width: 1.1em; opacity: 0.55; }
thead [aria-sort="ascending"] button::after { content: "\\2191"; opacity: 1; }
thead [aria-sort="descending"] button::after { content: "\\2193"; opacity: 1; }
thead [aria-sort] button { color: var(--text); }
#secrets-table { table-layout: fixed; min-width: 62rem; }
#secrets-table td { overflow-wrap: anywhere; }
#secrets-table th:nth-child(1) { width: 17%; }
#secrets-table th:nth-child(2) { width: 15%; }
#secrets-table th:nth-child(3) { width: 12%; }
#secrets-table th:nth-child(4) { width: 5.5rem; }
#secrets-table th:nth-child(6) { width: 17%; }
#secrets-table th:nth-child(7) { width: 6.5rem; }
tbody td { font-size: 0.875rem; }
.filter { display: flex; gap: 0.6rem; align-items: center; margin: 0 0 0.75rem; }
.filter input { flex: 0 1 22rem; padding: 0.35rem 0.6rem; border: 1px solid var(--muted); border-radius: 6px;
  background: var(--page); color: inherit; font: inherit; }
.kind { display: inline-block; margin: 0 0 0.2rem; padding: 0 0.5rem; border: 1px solid var(--line); border-radius: 0.7rem;
  font-size: 0.8125rem; text-decoration: none; }
.kind.error { border-color: var(--held); }
.kind:hover { text-decoration: underline; }
.waived { color: var(--good); }
.changes { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 1rem 2rem; }
.changes ul { margin: 0; padding-left: 1.1rem; }
.changes ul ul { padding-left: 0.25rem; list-style: none; }
ins { text-decoration: none; }
ins::before { content: "+ "; color: var(--good); }
del::before { content: "\\2212 "; }
details { margin: 0.35rem 0; }
summary { cursor: pointer; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 0.75rem; }
figure { min-width: 0; margin: 0; }
figcaption { color: var(--muted); font-size: 0.8125rem; }
pre { margin: 0.25rem 0 0; padding: 0.75rem; overflow-x: auto; background: var(--page); border: 1px solid var(--line); border-radius: 6px; }
footer { font-size: 0.8125rem; }
footer p { margin: 0.15rem 0; }
@media print {
  :root { --page: #ffffff; --card: #ffffff; --text: #000000; --muted: #444444; --line: #999999; --short: #0a69c7;
    --short-text: #ffffff; --held: #b45309; --held-text: #ffffff; --track: #eaeef2; --link: #000000; --alert: #ffffff; --good: #000000; }
  body { max-width: none; padding: 0; font-size: 9pt; }
  section { padding: 0; border: 0; }
  .wide { overflow: visible; }
  .chart, #secrets-table { min-width: 0; }
  .chart { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  tr, .chart, .cards, figure { break-inside: avoid; }
  .filter { display: none; }
  thead button::after { content: none; }
}
`;

;// CONCATENATED MODULE: ./lib/beside/gate/catalogue/forms/html-tables.js


function tableOf(id, caption, columns, rows) {
    const heads = columns.map(([head, kind]) => markup `<th scope="col" ${kind === undefined ? '' : markup ` class="number"`}>${head}</th>`);
    return markup `<div class="wide" tabindex="0" role="group" aria-label="${caption}">
    <table id="${id}" class="sortable">
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${heads}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}
function numbers(values) {
    return values.map((value) => markup `<td class="number">${value}</td>`);
}
function migrationTable({ repositories }) {
    const read = repositories.filter(({ problem }) => problem === undefined);
    const columns = [
        ['Repository'],
        ['Static uses', 'number'],
        ['Short-lived uses', 'number'],
        ['Jobs: static', 'number'],
        ['both', 'number'],
        ['short-lived', 'number'],
        ['Migrated', 'number'],
    ];
    const rows = read.map(({ name, uses, jobs, migrated }) => markup `<tr>
        <th scope="row">${name}</th>
        ${numbers([uses.static, uses.shortLived, jobs.static, jobs.both, jobs.shortLived])}
        <td class="number" data-sort="${migrated ?? -1}">${percent(migrated)}</td>
      </tr> `);
    return tableOf('repositories-table', 'Migration by repository', columns, rows);
}
function secretsTable(catalogue) {
    if (catalogue.secrets.length === 0)
        return markup `<p>None.</p>`;
    const columns = [
        ['Secret'],
        ['Repository'],
        ['Kind'],
        ['Places', 'number'],
        ['Where'],
        ['Instead'],
        ['Waived'],
    ];
    const rows = catalogue.secrets.map((secret) => markup `<tr>
        <th scope="row"><code>${secretName(secret)}</code></th>
        <td>${secret.repository}</td>
        <td>${kinds(secret, catalogue)}</td>
        <td class="number">${secret.places.length}</td>
        <td>${places(secret)}</td>
        <td>${prose(replacementText(secret.rules, catalogue))}</td>
        <td>${waived(secret)}</td>
      </tr> `);
    return tableOf('secrets-table', 'Static secrets', columns, rows);
}
function kinds({ rules, severity }, catalogue) {
    return markup `${rules.map((rule) => markup `<a class="kind ${severity}" href="#${rule}">${kindText([rule], catalogue)}</a> `)}`;
}
const mostOpen = 3;
function places({ places: all }) {
    const items = all.map((place) => markup `<li><code>${spotText(place, place.line)}</code></li>`);
    if (all.length <= mostOpen)
        return markup `<ul>
      ${items}
    </ul>`;
    return markup `<details>
    <summary>${counted(all.length, 'place', 'places')}</summary>
    <ul>
      ${items}
    </ul>
  </details>`;
}
function waived(secret) {
    const text = waivedText(secret);
    return secret.waivedUntil === undefined ? markup `${text}` : markup `<span class="waived">${text}</span>`;
}

;// CONCATENATED MODULE: ./lib/beside/gate/catalogue/forms/html.js








/** A page that needs nothing else, for a browser and for paper. It sends nothing, and its policy would not let it. */
const html = (catalogue) => {
    const policy = `default-src 'none'; style-src '${hash(style)}'; script-src '${hash(script)}'; base-uri 'none'; form-action 'none'`;
    const page = markup `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${verbatim(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>Static secrets in use</title>
<style>${verbatim(style)}</style>
</head>
<body>
<header>
<h1>Static secrets in use</h1>
<p class="muted"><time datetime="${catalogue.generatedAt}">${html_moment(catalogue.generatedAt)}</time></p>
</header>
<main>
${problems(catalogue)}
${cards(catalogue)}
<section aria-labelledby="migration">
<h2 id="migration">Migration</h2>
<p>${jobsText(catalogue.totals.jobs)}.</p>
${chart(catalogue)}
${migrationTable(catalogue)}
</section>
${changes(catalogue)}
<section aria-labelledby="secrets">
<h2 id="secrets">Secrets</h2>
${secretsTable(catalogue)}
</section>
${instead(catalogue)}
</main>
<footer class="muted">
${summaryLines(catalogue).map((line) => markup `<p>${line}</p>`)}
<p>Made by <code>ephemeral-creds gate catalogue</code>. No value of a secret is in this file.</p>
</footer>
<p id="said" role="status" class="unseen"></p>
<script>${verbatim(script)}</script>
</body>
</html>
`;
    return page.markup;
};
/** https://www.w3.org/TR/CSP3/#framework-directive-source-list */
function hash(text) {
    return `sha256-${(0,external_node_crypto_.createHash)('sha256').update(text).digest('base64')}`;
}
function html_moment(iso) {
    return `${iso.slice(0, 10)}, ${iso.slice(11, 16)} UTC`;
}
function cards({ totals }) {
    const numbers = [
        [percent(totals.migrated), 'of the jobs that use a credential are migrated'],
        [totals.secrets, 'static secrets'],
        [totals.waived, 'of them waived'],
        [totals.uses.static, 'static uses'],
        [totals.uses.shortLived, 'short-lived uses'],
        [totals.repositories, 'repositories'],
    ];
    return markup `<dl class="cards">
${numbers.map(([number, what]) => markup `<div><dt>${what}</dt><dd>${number}</dd></div>\n`)}</dl>`;
}
function problems(catalogue) {
    const lines = problemLines(catalogue);
    if (lines.length === 0)
        return markup ``;
    return markup `<section class="alert" aria-labelledby="problems">
<h2 id="problems">Could not be read</h2>
<p>What is in these is not in this catalogue.</p>
<ul>${lines.map((line) => markup `<li>${line}</li>\n`)}</ul>
</section>`;
}
function instead({ kinds }) {
    if (kinds.length === 0)
        return markup ``;
    return markup `<section aria-labelledby="instead">
<h2 id="instead">What to use instead</h2>
${kinds.map(({ rule, name, what, replacement, before, after, secrets }) => markup `<details id="${rule}">
<summary><b>${rule}</b> ${name} <span class="muted">${counted(secrets, 'secret', 'secrets')}</span></summary>
<p>${prose(what)}</p>
<p>${prose(replacement)}</p>
<div class="pair"><figure><figcaption>Instead of</figcaption><pre><code>${before}</code></pre></figure>
<figure><figcaption>write</figcaption><pre><code>${after}</code></pre></figure></div>
</details>
`)}</section>`;
}

;// CONCATENATED MODULE: ./lib/beside/gate/catalogue/forms/json.js
/** For programs, and for `--since`: schemas/gate-catalogue.json. */
const json = (catalogue) => `${JSON.stringify(catalogue, undefined, 2)}\n`;

;// CONCATENATED MODULE: ./lib/beside/gate/catalogue/forms/markdown.js


/** For a wiki, an issue or a job\u2019s summary (GitHub Flavored Markdown). */
const markdown = (catalogue) => {
    const { since, generatedAt, totals } = catalogue;
    return [
        '# Static secrets in use\n',
        `${generatedAt}\n`,
        ...summaryLines(catalogue).map((line) => `${line}\n`),
        '## Migration\n',
        `${jobsText(totals.jobs)}.\n`,
        migration(catalogue),
        ...(catalogue.secrets.length === 0 ? [] : ['## Secrets\n', secrets(catalogue)]),
        ...(catalogue.kinds.length === 0 ? [] : ['## What to use instead\n', ...replacements(catalogue)]),
        ...(since === undefined ? [] : [`## Since ${since.generatedAt}\n`, markdown_changes(since)]),
        ...(catalogue.complete ? [] : ['## Could not be read\n', markdown_listOf(problemLines(catalogue).map(code))]),
    ].join('\n');
};
/** What stands in files, as code: nothing in it is markup, a link or the name of somebody who is told. */
function code(text) {
    return `\`${(0,printable/* printable */.g)(text).replaceAll('`', '\u2019').trim() || ' '}\``;
}
function table(head, rows) {
    const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
    return line(head) + line(head.map(() => '---')) + rows.map(line).join('');
}
function markdown_listOf(lines) {
    return lines.map((line) => `- ${line}\n`).join('');
}
function migration({ repositories, totals }) {
    const read = repositories.filter(({ problem }) => problem === undefined);
    const rows = [
        ...read.map((each) => ({ ...each, label: code(each.name) })),
        { ...totals, label: '**in all**' },
    ].map(({ label, jobs, uses, migrated }) => [
        label,
        ...[uses.static, uses.shortLived, jobs.static, jobs.both, jobs.shortLived].map(String),
        percent(migrated),
    ]);
    return table(['Repository', 'Static uses', 'Short-lived uses', 'Jobs: static', 'both', 'short-lived', 'Migrated'], rows);
}
function secrets(catalogue) {
    return table(['Repository', 'Secret', 'Kind', 'Where', 'Instead', 'Waived'], catalogue.secrets.map((secret) => [
        code(secret.repository),
        code(secretName(secret)),
        kindText(secret.rules, catalogue),
        secret.places.map((place) => code(spotText(place, place.line))).join('<br>'),
        replacementText(secret.rules, catalogue),
        secret.waivedUntil === undefined ? waivedText(secret) : code(waivedText(secret)),
    ]));
}
/** The rules\u2019 own words. */
function replacements({ kinds }) {
    return kinds.map(({ rule, name, what, replacement, before, after }) => [
        `### ${rule} ${name}\n`,
        `${what} ${replacement}\n`,
        `Instead of\n\n${fenced(before)}\n\nwrite\n\n${fenced(after)}\n`,
    ].join('\n'));
}
function fenced(text) {
    return `\`\`\`yaml\n${text}\n\`\`\``;
}
function markdown_changes({ new: fresh, gone, moved, unseen, migrated }) {
    const told = (what, ids) => ids.map((id) => `${what}: ${code(secretName(id))} in ${code(id.repository)}`);
    return markdown_listOf([
        `migrated: ${percent(migrated.before)}, now ${percent(migrated.after)}, in the repositories that both runs read`,
        ...told('new', fresh),
        ...told('gone', gone),
        ...moved.map((each) => `moved: ${code(secretName(each))} in ${code(each.repository)}, from ${markdown_spots(each.from)} to ${markdown_spots(each.to)}`),
        ...told('not looked for', unseen),
    ]);
}
function markdown_spots(all) {
    return all.length === 0 ? 'nowhere' : all.map((spot) => code(spotText(spot))).join(', ');
}

;// CONCATENATED MODULE: ./lib/beside/gate/catalogue/forms/table.js


/** For a person at a terminal. */
const table_table = (catalogue) => `${[
    `Static secrets in use, ${catalogue.generatedAt}`,
    ...summaryLines(catalogue),
    '',
    ...table_migration(catalogue),
    ...section('', table_secrets(catalogue)),
    ...section('What to use instead', table_replacements(catalogue)),
    ...(catalogue.since === undefined
        ? []
        : section(`Since ${catalogue.since.generatedAt}`, since(catalogue.since))),
    ...section('Could not be read', problemLines(catalogue)),
].join('\n')}\n`;
function section(title, lines) {
    return lines.length === 0 ? [] : ['', ...(title === '' ? [] : [title]), ...lines];
}
function table_migration({ repositories, totals }) {
    const read = repositories.filter(({ problem }) => problem === undefined);
    const rows = [...read, { name: 'in all', ...totals }].map(({ name, jobs, uses, migrated }) => [
        (0,printable/* printable */.g)(name),
        ...[uses.static, uses.shortLived, jobs.static, jobs.both, jobs.shortLived].map(String),
        percent(migrated),
        table_bar(migrated),
    ]);
    return [
        ...columns([
            ['REPOSITORY', 'STATIC USES', 'SHORT-LIVED USES', 'JOBS STATIC', 'BOTH', 'SHORT-LIVED', 'MIGRATED', ''],
            ...rows,
        ]),
        `${jobsText(totals.jobs)}.`,
    ];
}
const barWidth = 20;
function table_bar(share) {
    if (share === undefined)
        return '';
    const full = Math.floor((share * barWidth) / 100);
    return `${'\u2588'.repeat(full)}${'\u2591'.repeat(barWidth - full)}`;
}
function table_secrets(catalogue) {
    if (catalogue.secrets.length === 0)
        return [];
    const rows = catalogue.secrets.flatMap((secret) => secret.places.map((place, index) => {
        const first = index === 0;
        return [
            first ? (0,printable/* printable */.g)(secret.repository) : '',
            first ? secretName(secret) : '',
            first ? kindText(secret.rules, catalogue) : '',
            first ? waivedText(secret) : '',
            spotText(place, place.line),
        ];
    }));
    return columns([['REPOSITORY', 'SECRET', 'KIND', 'WAIVED', 'WHERE'], ...rows]);
}
function table_replacements({ kinds }) {
    return kinds.map(({ rule, name, replacement }) => `  ${rule} ${name}: ${replacement}`);
}
function since({ new: fresh, gone, moved, unseen, jobs, migrated }) {
    const list = (title, ids) => ids.map((id) => `  ${title.padEnd(7)} ${(0,printable/* printable */.g)(id.repository)} ${secretName(id)}`);
    return [
        `  migrated ${percent(migrated.before)} \u2192 ${percent(migrated.after)} in the repositories that both runs read`,
        `  ${jobsText(jobs.before)}; now ${jobsText(jobs.after)}`,
        ...list('new', fresh),
        ...list('gone', gone),
        ...moved.flatMap((each) => [
            ...list('moved', [each]),
            ...each.from.map((spot) => `          - ${spotText(spot)}`),
            ...each.to.map((spot) => `          + ${spotText(spot)}`),
        ]),
        ...list('unseen', unseen),
    ];
}
/** Rows of cells, each column as wide as its widest cell. */
function columns(rows) {
    const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
    return rows.map((row) => row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd());
}

;// CONCATENATED MODULE: ./lib/beside/gate/catalogue/forms/registry.js




/** Every form in which the catalogue is told. */
const catalogueForms = {
    table: table_table,
    json: json,
    markdown: markdown,
    html: html,
};

// EXTERNAL MODULE: ./lib/beside/entry/report-file.js + 1 modules
var report_file = __webpack_require__(435);
// EXTERNAL MODULE: ./lib/beside/entry/work-tree.js
var work_tree = __webpack_require__(44);
;// CONCATENATED MODULE: ./lib/beside/entry/gate-catalogue.js






/**
 * `gate catalogue`: 2 when something could not be read, else 1 when there is a static secret for which `gate check` stops
 * a job.
 * @throws CredsError for words that mean nothing, and for files that cannot be read or written
 */
async function tellCatalogue(words) {
    const { paths, format, since, output } = words;
    const tell = formOf(format);
    const at = momentOf(words.generatedAt, process.env['SOURCE_DATE_EPOCH']);
    const here = process.cwd().replaceAll('\\', '/');
    const found = await catalogue({ paths, since, here, at }, work_tree/* wholeWorkTree */.b);
    const text = tell(found);
    if (output !== undefined)
        write(output, text);
    // The table has said so itself.
    const silent = output === undefined && format === 'table';
    const problems = silent ? [] : problemLines(found).map((line) => `${line}\n`);
    return {
        out: output === undefined ? text : '',
        status: found.complete ? (stops(found) ? 1 : 0) : 2,
        problems: problems.join(''),
    };
}
function write(path, text) {
    try {
        (0,report_file/* writeReport */.u5)(path, text);
    }
    catch (error) {
        const why = error.code ?? error.message;
        throw new errors/* CredsError */.uA('input-invalid', `${path} cannot be written: ${why}.`, {
            hint: 'Name a file in a folder that is there; left out, the catalogue is printed.',
        });
    }
}
function formOf(name) {
    const form = Object.entries(catalogueForms).find(([known]) => known === name)?.[1];
    if (form !== undefined)
        return form;
    const known = Object.keys(catalogueForms).join('`, `');
    throw new errors/* CredsError */.uA('input-invalid', 'There is no such format of the catalogue.', {
        hint: `Formats are \`${known}\`.`,
    });
}
/** https://reproducible-builds.org/specs/source-date-epoch/ */
function momentOf(written, epoch) {
    if (written !== undefined) {
        const form = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:\d\d))?$/;
        return sound(form.test(written) ? new Date(written) : undefined, '--generated-at', '2026-11-21T12:00:00Z');
    }
    if (epoch === undefined || epoch === '')
        return new Date();
    return sound(/^\d{1,12}$/.test(epoch) ? new Date(Number(epoch) * 1000) : undefined, 'SOURCE_DATE_EPOCH', '1795262400');
}
function sound(moment, name, example) {
    const year = moment?.getUTCFullYear() ?? NaN;
    if (moment !== undefined && year >= 1970 && year <= 9999)
        return moment;
    throw new errors/* CredsError */.uA('input-invalid', `${name} is no moment.`, { hint: `Write it as ${example}.` });
}
function stops({ secrets, repositories }) {
    const enforced = new Set(repositories.flatMap((each) => (each.enforced ? [each.name] : [])));
    return secrets.some(({ repository, places }) => enforced.has(repository) &&
        places.some(({ severity, waived }) => severity === 'error' && waived === undefined));
}


/***/ })

};
;
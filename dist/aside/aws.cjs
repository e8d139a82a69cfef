"use strict";
exports.id = 674;
exports.ids = [674];
exports.modules = {

/***/ 8270:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// CONCATENATED MODULE: ./lib/aside/protocol/assume-role.js
/** The form of AssumeRoleWithWebIdentity; it is not signed. */
var webIdentityForm = (function (asked, idToken) {
    const form = sessionForm('AssumeRoleWithWebIdentity', asked);
    form.set('WebIdentityToken', idToken);
    return form.toString();
});
var sessionForm = (function (action, asked) {
    const { roleArn, sessionName, seconds, policy, policyArns = [] } = asked;
    const form = new URLSearchParams({
        Action: action,
        Version: '2011-06-15',
        RoleArn: roleArn,
        RoleSessionName: sessionName,
        DurationSeconds: String(seconds),
    });
    if (policy !== undefined)
        form.set('Policy', policy);
    policyArns.forEach(((arn, index) => {
        form.set(`PolicyArns.member.${String(index + 1)}.arn`, arn);
    }));
    return form;
});
/** Reads the XML of a 200 answer. @throws CredsError `answer-invalid` when the session is not complete */
var readSession = (function (answer) {
    const xml = new TextDecoder().decode(answer.body);
    const [accessKeyId, secretAccessKey, sessionToken, expiration, arn, sourceIdentity] = [
        'AccessKeyId',
        'SecretAccessKey',
        'SessionToken',
        'Expiration',
        'Arn',
        'SourceIdentity',
    ].map((name) => assume_role_element(xml, name));
    const expiresAt = new Date(expiration ?? NaN);
    if (!accessKeyId || !secretAccessKey || !sessionToken || isNaN(expiresAt.getTime())) {
        throw new errors/* CredsError */.uA('answer-invalid', 'STS sent an answer without a complete session.');
    }
    return {
        accessKeyId: new secret/* Secret */.z(accessKeyId),
        secretAccessKey: new secret/* Secret */.z(secretAccessKey),
        sessionToken: new secret/* Secret */.z(sessionToken),
        expiresAt,
        arn,
        sourceIdentity,
    };
});
/** The text of the one element of that name; undefined when there is none or more than one. */
var assume_role_element = (function (xml, name) {
    const found = [...xml.matchAll(new RegExp(`<${name}>([^<>]{1,16384})</${name}>`, 'g'))];
    const text = found.length === 1 ? found[0]?.[1] : undefined;
    const entities = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
    return text?.trim().replace(/&(lt|gt|quot|apos|amp);/g, (_, entity) => entities[entity] ?? '');
});
// CONCATENATED MODULE: ./lib/aside/providers/aws-place.js
/** True for the name of a partition that has an STS that is known here. */
var isPartition = (function (name) {
    return Object.hasOwn(partitions, name);
});
/** The input `region`, before it is known of which partition. @throws CredsError `input-invalid` */
var readRegion = (function ({ region = '' }) {
    if ((0,pattern/* fullMatch */.L)(/[a-z]{2,4}(-[a-z]+)+-\d{1,2}/, region))
        return region;
    throw (0,providers_input/* refuseInput */.bG)('region', 'must be a region such as eu-west-1');
});
/**
 * Where STS is asked: in the region, in the partition of the roles, by FIPS where that is wanted.
 * @throws CredsError `input-invalid`
 */
var stsEndpoint = (function (wish, region, partition) {
    const { suffix = '', regions } = partitions[partition] ?? {};
    if (regions === undefined || !(0,pattern/* fullMatch */.L)(regions, region))
        throw (0,providers_input/* refuseInput */.bG)('region', `is not in the partition of \`role\`, ${partition}`);
    const fips = (0,param_values/* readSwitch */.hc)(wish.params, 'fips');
    const endpoint = (0,param_values/* readText */.yR)(wish.params, 'endpoint');
    if (endpoint === undefined)
        return new URL(`https://${hostOf(region, partition, fips)}.${region}.${suffix}/`);
    if (fips)
        throw (0,param_values/* refuseParam */._t)('fips', 'and `endpoint` exclude each other: an endpoint that is named is FIPS or not by itself');
    return new URL(`${(0,providers_input/* serverUrl */.Vd)('params: endpoint', endpoint, true)}/`);
});
// CONCATENATED MODULE: ./lib/aside/providers/aws-session-limits.js
/** @throws CredsError `input-invalid` */
var readSessionLimits = (function (params, partition) {
    const policy = readPolicy(params);
    const policyArns = (0,param_values/* readList */.LD)(params, 'policy-arns');
    const arn = new RegExp(`arn:${partition}:iam::(\\d{12}|aws):policy/[\\u0021-\\u007e]{1,512}`);
    if (policyArns.length > mostPolicies || !policyArns.every((each) => (0,pattern/* fullMatch */.L)(arn, each)))
        throw (0,param_values/* refuseParam */._t)('policy-arns', `must be up to 10 ARNs of managed policies, such as arn:${partition}:iam::aws:policy/ReadOnlyAccess`);
    return { policy, policyArns };
});
/** YAML, or the JSON as it stands in IAM. */
var readPolicy = (function ({ policy }) {
    if (policy === undefined)
        return undefined;
    const document = typeof policy === 'string' ? parsed(policy) : policy;
    if (!(0,json/* isObject */.Gv)(document) || document['Statement'] === undefined)
        throw (0,param_values/* refuseParam */._t)('policy', 'must be an IAM policy: an object with a `Statement`');
    const text = JSON.stringify(document);
    if (!(0,pattern/* fullMatch */.L)(/[\u0020-\u00ff]+/, text))
        throw (0,param_values/* refuseParam */._t)('policy', 'has characters that AWS does not take');
    if (text.length > longestPolicy)
        throw (0,param_values/* refuseParam */._t)('policy', `must be at most 2048 characters of JSON; it has ${String(text.length)}`);
    return text;
});
/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html @throws CredsError `input-invalid` */
var readChainedExtras = (function (params) {
    const tags = readTags(params);
    const transitiveTags = (0,param_values/* readList */.LD)(params, 'transitive-tags');
    if (!transitiveTags.every((name) => tags.some(([each]) => each === name)))
        throw (0,param_values/* refuseParam */._t)('transitive-tags', 'names a tag that `tags` does not have');
    const externalId = (0,param_values/* readText */.yR)(params, 'external-id');
    if (externalId !== undefined && !(0,pattern/* fullMatch */.L)(/[\w+=,.@:/-]{2,1224}/, externalId))
        throw (0,param_values/* refuseParam */._t)('external-id', 'must be 2 to 1224 letters, digits and _ + = , . @ : / -');
    const sourceIdentity = (0,param_values/* readText */.yR)(params, 'source-identity');
    if (sourceIdentity !== undefined && !(0,pattern/* fullMatch */.L)(/(?!aws:)[\w+=,.@-]{2,64}/, sourceIdentity))
        throw (0,param_values/* refuseParam */._t)('source-identity', 'must be 2 to 64 letters, digits and _ + = , . @ -');
    return { tags, transitiveTags, externalId, sourceIdentity };
});
var readTags = (function (params) {
    const tags = (0,param_values/* readPairs */.SX)(params, 'tags');
    const names = new Set(tags.map(([name]) => name.toLowerCase()));
    if (tags.length > mostTags || names.size !== tags.length)
        throw (0,param_values/* refuseParam */._t)('tags', 'must be at most 50, and no name twice, whatever its capital letters');
    for (const [name, value] of tags) {
        if (name === '' || name.length > 128 || value.length > 256 || /^aws:/i.test(name))
            throw (0,param_values/* refuseParam */._t)('tags', 'must have names of 1 to 128 characters, not from `aws:`, and values of up to 256');
        if (!(0,pattern/* fullMatch */.L)(tagText, name + value))
            throw (0,param_values/* refuseParam */._t)('tags', 'may hold letters, digits, spaces and _ . : / = + - @');
    }
    return tags;
});
// CONCATENATED MODULE: ./lib/aside/providers/aws-plan.js
/** @throws CredsError `input-invalid`, naming the input */
var readAwsPlan = (function (wish) {
    (0,providers_input/* refuseKey */.e)(wish);
    (0,providers_input/* onlyParams */.F)(wish.params, params);
    if (wish.brokerUrl !== undefined)
        throw (0,providers_input/* refuseInput */.bG)('broker-url', 'means nothing to `provider: aws`');
    const region = readRegion(wish);
    if (wish.roles.length === 0)
        throw (0,providers_input/* refuseInput */.bG)('role', 'is required: the ARN of the role to assume');
    const roles = wish.roles.map((request) => readArn('role', request));
    const partition = roles[0]?.partition ?? '';
    if (roles.some((role) => role.partition !== partition))
        throw (0,providers_input/* refuseInput */.bG)('role', 'names roles of several partitions');
    refuseOtherAccounts(roles, wish);
    const via = readVia(wish, partition);
    return {
        endpoint: stsEndpoint(wish, region, partition),
        region,
        roles,
        via,
        extras: readExtras(wish, via),
        limits: readSessionLimits(wish.params, partition),
        sessionName: sessionName(wish),
        ttlSeconds: readSeconds(wish, via),
    };
});
var readArn = (function (input, request) {
    if (!(0,pattern/* fullMatch */.L)(/arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}/, request.role)) {
        throw (0,providers_input/* refuseInput */.bG)(input, 'must be the ARN of an IAM role, arn:aws:iam::<12 digits>:role/<name>');
    }
    const [, partition = '', , , account = ''] = request.role.split(':');
    if (!isPartition(partition))
        throw (0,providers_input/* refuseInput */.bG)(input, 'names a partition that is not known');
    return { request, partition, account, name: request.role.slice(request.role.lastIndexOf('/') + 1) };
});
var refuseOtherAccounts = (function (roles, { expectAccounts }) {
    if (expectAccounts === undefined)
        return;
    if (!expectAccounts.every(((account) => (0,pattern/* fullMatch */.L)(/\d{12}/, account))))
        throw (0,providers_input/* refuseInput */.bG)('expect-account', 'must be an AWS account id of 12 digits, or several with commas');
    if (roles.some(({ account }) => !expectAccounts.includes(account)))
        throw (0,providers_input/* refuseInput */.bG)('role', 'belongs to another account than `expect-account` says; nothing was sent');
});
var readVia = (function ({ params: given }, partition) {
    const arn = (0,param_values/* readText */.yR)(given, 'via');
    if (arn === undefined)
        return undefined;
    const via = readArn('params: via', { role: arn });
    if (via.partition !== partition)
        throw (0,param_values/* refuseParam */._t)('via', 'is in another partition than `role`');
    return via;
});
var readExtras = (function ({ params: given }, via) {
    const early = chainedParams.find((name) => given[name] !== undefined);
    if (via === undefined && early !== undefined)
        throw (0,param_values/* refuseParam */._t)(early, 'needs `via`: AWS takes it from the session of a role only; of a web identity it has to stand in the ID token');
    return readChainedExtras(given);
});
var readSeconds = (function ({ ttlSeconds = shortest }, via) {
    if (ttlSeconds < shortest || ttlSeconds > longest)
        throw (0,providers_input/* refuseInput */.bG)('ttl', 'must be between 15m and 12h for `aws`');
    if (via !== undefined && ttlSeconds > longestChained)
        throw (0,providers_input/* refuseInput */.bG)('ttl', 'must be at most 1h with `via`: AWS ends chained sessions then');
    return ttlSeconds;
});
/** The session's name stands in CloudTrail: repository and run, as far as AWS allows the characters. */
var sessionName = (function ({ params: given, facts }) {
    const name = given['session-name'];
    if (name !== undefined) {
        if (typeof name === 'string' && (0,pattern/* fullMatch */.L)(/[\w+=,.@-]{2,64}/, name))
            return name;
        throw (0,param_values/* refuseParam */._t)('session-name', 'is not what AWS allows: 2 to 64 of A-Z a-z 0-9 _ + = , . @ -');
    }
    const { repository = 'job', run = '0' } = facts;
    const tail = `@${run}`.replace(/[^\w@]/g, '').slice(0, 24);
    return `ec-${repository.replace(/[^\w.-]+/g, '.')}`.slice(0, 64 - tail.length) + tail;
});
// CONCATENATED MODULE: ./lib/aside/providers/aws.js
var configure = (function (wish) {
    const plan = readAwsPlan(wish);
    const audience = wish.audience ?? 'sts.amazonaws.com';
    return {
        audience,
        lender: plan.endpoint.host,
        endpoint: plan.endpoint,
        lends: plan.roles.map(({ request }) => ({ ...request, credentials: [lent] })),
        bindsKey: false,
        open: (() => ({ audience, debt: {}, secrets: [], trade: (idToken, call) => trade(plan, idToken, call) })),
    };
});
var trade = (async function (plan, idToken, call) {
    const assume = plan.via === undefined ? byIdToken(plan, idToken, call) : await bySession(plan, idToken, call);
    const leases = [];
    for (const role of plan.roles) {
        try {
            leases.push(leaseOf(await assume(role), plan, role));
        }
        catch (error) {
            throw error instanceof errors/* CredsError */.uA && leases.length > 0 ? error.asPartlyIssued() : error;
        }
    }
    const accounts = new Set(plan.roles.map(({ account }) => account));
    const [account] = accounts;
    return { leases, ...(accounts.size === 1 && account !== undefined ? { account } : {}) };
});
/** Each role by the ID token itself. */
var byIdToken = (function (plan, idToken, call) {
    return (async (role) => {
        const asked = { ...askedFor(plan, role), ...plan.limits, seconds: plan.ttlSeconds };
        const answer = await assumeByIdToken({ plan, asked }, idToken, call);
        return asExpected(readSession(answer), plan, role);
    });
});
var askedFor = (function ({ sessionName }, { request }) {
    return { roleArn: request.role, sessionName };
});
var assumeByIdToken = (async function ({ plan, asked }, idToken, call) {
    const { endpoint: url } = plan;
    const body = webIdentityForm(asked, idToken.token.reveal());
    const request = { method: 'POST', url, headers: plainHeaders, body, maxBytes: longestAnswer };
    const answer = await (0,http/* exchange */.cv)(call, request);
    if (answer.status !== 200)
        throw stsRefusal(answer, { host: url.host, now: call.host.clock.now() });
    return answer;
});
/** @throws CredsError `lease-unsuitable` when it is another role's */
var asExpected = (function (session, { sessionName }, role) {
    const expected = `arn:${role.partition}:sts::${role.account}:assumed-role/${role.name}/${sessionName}`;
    if (session.arn !== expected)
        throw new errors/* CredsError */.uA('lease-unsuitable', 'STS sent a session of another account or role.');
    return session;
});
var leaseOf = (function (session, { region }, role) {
    const { expiresAt, accessKeyId, secretAccessKey, sessionToken } = session;
    const fields = { accessKeyId, secretAccessKey, sessionToken, region, account: role.account };
    return {
        ...role.request,
        id: `aws:${role.account}:${role.name}:${accessKeyId.reveal().slice(-4)}`,
        expiresAt,
        revocability: 'expiry-only',
        credentials: [{ name: lent.name, kind: lent.kind, expiresAt, fields }],
    };
});

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  aws: () => (/* binding */ aws)
});

// EXTERNAL MODULE: ./lib/aside/domain/errors.js
var errors = __webpack_require__(7945);
// EXTERNAL MODULE: ./lib/aside/protocol/http.js
var http = __webpack_require__(4438);
// EXTERNAL MODULE: ./lib/aside/domain/pattern.js
var pattern = __webpack_require__(6898);
// EXTERNAL MODULE: ./lib/aside/domain/secret.js
var secret = __webpack_require__(4490);
;// CONCATENATED MODULE: ./lib/aside/protocol/assume-role.js
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html





/** The form of AssumeRole (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html); it is signed. */
function chainedForm(asked) {
    const { tags = [], transitiveTags = [], externalId, sourceIdentity } = asked;
    const form = sessionForm('AssumeRole', asked);
    tags.forEach(([name, value], index) => {
        form.set(`Tags.member.${String(index + 1)}.Key`, name);
        form.set(`Tags.member.${String(index + 1)}.Value`, value);
    });
    transitiveTags.forEach((name, index) => {
        form.set(`TransitiveTagKeys.member.${String(index + 1)}`, name);
    });
    if (externalId !== undefined)
        form.set('ExternalId', externalId);
    if (sourceIdentity !== undefined)
        form.set('SourceIdentity', sourceIdentity);
    return form.toString();
}



/** What STS's error codes mean (AWS STS API Reference, Errors and Common Error Types). */
const meanings = {
    AccessDenied: ['policy-denied', 'the role\u2019s trust policy does not let this job assume it'],
    InvalidIdentityToken: [
        'identity-refused',
        'the account has no OIDC provider that takes this ID token and audience',
    ],
    ExpiredTokenException: ['identity-refused', 'the ID token has expired'],
    IDPRejectedClaim: ['identity-refused', 'the ID token was rejected'],
    ValidationError: [
        'request-refused',
        'a parameter is not allowed; a `ttl` above the role\u2019s maximum session, for example',
    ],
    MalformedPolicyDocument: [
        'request-refused',
        'the session policy is not one',
        'Correct `policy` in `params`; `aws accessanalyzer validate-policy` tells what is wrong with it.',
    ],
    PackedPolicyTooLarge: [
        'request-refused',
        'session policies and tags together are longer than AWS packs',
        'Shorten `policy`, or keep its statements in managed policies and name those in `policy-arns`.',
    ],
    RegionDisabledException: ['request-refused', 'STS is switched off in this region'],
};
/** What the same, and others, mean to one session that asks for another. */
const chainedMeanings = {
    ...meanings,
    AccessDenied: [
        'policy-denied',
        'the role of `via` may not assume this role, or not with these parameters',
        'Let the role\u2019s trust policy name the role of `via` for sts:AssumeRole, with `tags` for sts:TagSession and with `source-identity` for sts:SetSourceIdentity, too; in another account the role of `via` needs the same in its own policies. Compare `external-id`.',
    ],
    SignatureDoesNotMatch: [
        'request-refused',
        'the signature does not hold: it is for the region of `region`',
        'Set `region` to that of `endpoint`.',
    ],
};
/** Turns an answer that is not 200 into an error of ours; of STS's words only known codes and the request id are used. */
function stsRefusal(answer, { host, now, chained = false }) {
    const xml = new TextDecoder().decode(answer.body);
    const code = assume_role_element(xml, 'Code') ?? '';
    const id = assume_role_element(xml, 'RequestId') ?? '';
    const known = (0,pattern/* fullMatch */.L)(/[A-Za-z0-9-]{1,64}/, id) ? { requestId: id } : {};
    if ((0,http/* asksToRetry */.i_)(answer.status) || code === 'IDPCommunicationError' || code === 'Throttling') {
        const wait = (0,http/* retryAfterSeconds */.C3)(answer, now);
        return new errors/* CredsError */.uA('busy', `${host} answered ${String(answer.status)}.`, {
            ...known,
            retryAfterSeconds: wait,
        });
    }
    const table = chained ? chainedMeanings : meanings;
    const [ours, text = '', hint] = (Object.hasOwn(table, code) ? table[code] : undefined) ?? [];
    if (ours !== undefined) {
        const fresh = code === 'ExpiredTokenException' ? { freshIdToken: true } : {};
        const help = hint === undefined ? {} : { hint };
        return new errors/* CredsError */.uA(ours, `${host} refused: ${text} (${code}).`, { ...known, ...fresh, ...help });
    }
    const other = code === '' ? 'answer-invalid' : 'request-refused';
    return new errors/* CredsError */.uA(other, `${host} answered ${String(answer.status)} and not with a session.`, known);
}

// EXTERNAL MODULE: ./lib/aside/providers/input.js
var providers_input = __webpack_require__(1258);
// EXTERNAL MODULE: ./lib/aside/providers/param-values.js
var param_values = __webpack_require__(6814);
;// CONCATENATED MODULE: ./lib/aside/providers/aws-place.js



/** DNS suffix of each partition, and how its regions begin (AWS General Reference, AWS STS endpoints). */
const partitions = {
    aws: { suffix: 'amazonaws.com', regions: /(?!cn-|us-gov-|us-iso|eu-iso|eusc-).*/ },
    'aws-us-gov': { suffix: 'amazonaws.com', regions: /us-gov-.*/ },
    'aws-cn': { suffix: 'amazonaws.com.cn', regions: /cn-.*/ },
    'aws-eusc': { suffix: 'amazonaws.eu', regions: /eusc-.*/ },
    'aws-iso': { suffix: 'c2s.ic.gov', regions: /us-iso-.*/ },
    'aws-iso-b': { suffix: 'sc2s.sgov.gov', regions: /us-isob-.*/ },
    'aws-iso-e': { suffix: 'cloud.adc-e.uk', regions: /eu-isoe-.*/ },
    'aws-iso-f': { suffix: 'csp.hci.ic.gov', regions: /us-isof-.*/ },
};



/** https://aws.amazon.com/compliance/fips/: in GovCloud the usual endpoint is the one. */
function hostOf(region, partition, fips) {
    if (!fips || partition === 'aws-us-gov')
        return 'sts';
    if (partition === 'aws' && (0,pattern/* fullMatch */.L)(/(us|ca)-.*/, region))
        return 'sts-fips';
    throw (0,param_values/* refuseParam */._t)('fips', `needs a region of the United States or Canada; ${region} has no FIPS endpoint`);
}

// EXTERNAL MODULE: ./lib/aside/protocol/json.js
var json = __webpack_require__(8440);
;// CONCATENATED MODULE: ./lib/aside/providers/aws-session-limits.js



/** Names of those parameters. */
const chainedParams = ['tags', 'transitive-tags', 'external-id', 'source-identity'];
const longestPolicy = 2048;
const mostPolicies = 10;
const mostTags = 50;
const tagText = /[\p{L}\p{Z}\p{N}_.:/=+\-@]*/u;


function parsed(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}



;// CONCATENATED MODULE: ./lib/aside/providers/aws-plan.js





const shortest = 900;
const longest = 43_200;
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining */
const longestChained = 3600;
const params = [
    'endpoint',
    'fips',
    'session-name',
    'policy',
    'policy-arns',
    'via',
    ...chainedParams,
];








;// CONCATENATED MODULE: ./lib/aside/providers/aws.js
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html




const longestAnswer = 64 * 1024;
const plainHeaders = {
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    accept: 'application/xml',
};
/**
 * AWS Security Token Service: one HTTPS request a role, no SDK. A session cannot be given back; it ends by itself, so
 * the shortest one that does is the right one.
 */
const aws = {
    name: 'aws',
    configure,
};
const lent = {
    name: 'aws',
    kind: 'aws-session',
    fields: ['accessKeyId', 'secretAccessKey', 'sessionToken', 'region', 'account'],
};



/**
 * Role chaining: each role by the session of another, which is as short as they come. That one does not count as lent:
 * it was in no hands but ours, and is dropped.
 */
async function bySession(plan, idToken, call) {
    const { via, endpoint: url, region } = plan;
    if (via === undefined)
        throw new errors/* CredsError */.uA('internal', 'There is no role to chain from.');
    const first = await assumeByIdToken({ plan, asked: { ...askedFor(plan, via), seconds: shortest } }, idToken, call);
    const keys = asExpected(readSession(first), plan, via);
    const { signForm } = await __webpack_require__.e(/* import() | aws-signature */ 995).then(__webpack_require__.bind(__webpack_require__, 18));
    return async (role) => {
        const asked = { ...askedFor(plan, role), ...plan.limits, ...plan.extras, seconds: plan.ttlSeconds };
        const body = chainedForm(asked);
        const form = { url, body, headers: plainHeaders, service: 'sts', region, at: timeOf(first, call) };
        const headers = signForm(form, keys);
        const answer = await (0,http/* exchange */.cv)(call, { method: 'POST', url, headers, body, maxBytes: longestAnswer });
        const { host } = url;
        if (answer.status !== 200)
            throw stsRefusal(answer, { host, now: call.host.clock.now(), chained: true });
        const session = asExpected(readSession(answer), plan, role);
        if (session.sourceIdentity !== plan.extras.sourceIdentity && plan.extras.sourceIdentity !== undefined)
            throw new errors/* CredsError */.uA('lease-unsuitable', 'STS sent a session of another source identity.');
        return session;
    };
}
/** AWS's own, where it says so: a signature holds for five minutes, and a runner's clock may be off by more. */
function timeOf({ headers }, call) {
    const said = new Date(headers['date'] ?? NaN);
    return isNaN(said.getTime()) ? call.host.clock.now() : said;
}






/***/ }),

/***/ 6814:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
/** One line of text; undefined when it is not there. @throws CredsError `input-invalid` */
var readText = (function (params, name) {
    const value = params[name];
    return value === undefined ? undefined : line(name, value);
});
/** One line, or a list of lines; empty when it is not there. @throws CredsError `input-invalid` */
var readList = (function (params, name) {
    const value = params[name];
    if (value === undefined)
        return [];
    return (Array.isArray(value) ? value : [value]).map((each) => line(name, each));
});
/** `true` or `false`; `false` when it is not there. @throws CredsError `input-invalid` */
var readSwitch = (function (params, name) {
    const value = params[name] ?? false;
    if (typeof value !== 'boolean')
        throw refuseParam(name, 'must be `true` or `false`');
    return value;
});
/** `name: value` lines; empty when it is not there. @throws CredsError `input-invalid` */
var readPairs = (function (params, name) {
    const value = params[name] ?? {};
    if (typeof value !== 'object' || Array.isArray(value))
        throw refuseParam(name, 'must be `name: value` lines');
    return Object.entries(value).map(([key, text]) => [key, line(name, text)]);
});
var line = (function (name, value) {
    const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
    if (typeof text !== 'string' || !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__/* .fullMatch */ .L)(/[^\u0000-\u001f\u007f]{1,2048}/, text))
        throw refuseParam(name, 'must be one line of text');
    return text;
});

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   LD: () => (/* binding */ readList),
/* harmony export */   SX: () => (/* binding */ readPairs),
/* harmony export */   _t: () => (/* binding */ refuseParam),
/* harmony export */   hc: () => (/* binding */ readSwitch),
/* harmony export */   yR: () => (/* binding */ readText)
/* harmony export */ });
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6898);
/* harmony import */ var _input_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1258);


/** A parameter that a provider cannot take. */
function refuseParam(name, problem) {
    return (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseInput */ .bG)(`params: ${name}`, problem);
}







/***/ })

};
;
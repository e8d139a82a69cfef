"use strict";
exports.id = 674;
exports.ids = [674];
exports.modules = {

/***/ 7225:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  aws: () => (/* binding */ aws)
});

// EXTERNAL MODULE: ./lib/aside/domain/errors.js
var errors = __webpack_require__(7945);
// EXTERNAL MODULE: ./lib/aside/domain/pattern.js
var pattern = __webpack_require__(6898);
// EXTERNAL MODULE: ./lib/aside/protocol/http.js
var http = __webpack_require__(4438);
// EXTERNAL MODULE: ./lib/aside/domain/secret.js
var secret = __webpack_require__(4490);
;// CONCATENATED MODULE: ./lib/aside/protocol/assume-role.js
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html




/** The request's form body; it is not signed. */
function assumeRoleForm({ roleArn, sessionName, seconds, idToken }) {
    return new URLSearchParams({
        Action: 'AssumeRoleWithWebIdentity',
        Version: '2011-06-15',
        RoleArn: roleArn,
        RoleSessionName: sessionName,
        DurationSeconds: String(seconds),
        WebIdentityToken: idToken,
    }).toString();
}
/** Reads the XML of a 200 answer. @throws CredsError `answer-invalid` when the session is not complete */
function readSession(answer) {
    const xml = new TextDecoder().decode(answer.body);
    const [accessKeyId, secretAccessKey, sessionToken, expiration, arn] = [
        'AccessKeyId',
        'SecretAccessKey',
        'SessionToken',
        'Expiration',
        'Arn',
    ].map((name) => assume_role_element(xml, name));
    const expiresAt = new Date(expiration ?? NaN);
    if (!accessKeyId || !secretAccessKey || !sessionToken || isNaN(expiresAt.getTime())) {
        throw new errors/* CredsError */.u('answer-invalid', 'STS sent an answer without a complete session.');
    }
    return {
        accessKeyId: new secret/* Secret */.z(accessKeyId),
        secretAccessKey: new secret/* Secret */.z(secretAccessKey),
        sessionToken: new secret/* Secret */.z(sessionToken),
        expiresAt,
        arn,
    };
}
/** The text of the one element of that name; undefined when there is none or more than one. */
function assume_role_element(xml, name) {
    const found = [...xml.matchAll(new RegExp(`<${name}>([^<>]{1,16384})</${name}>`, 'g'))];
    const text = found.length === 1 ? found[0]?.[1] : undefined;
    const entities = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
    return text?.trim().replace(/&(lt|gt|quot|apos|amp);/g, (_, entity) => entities[entity] ?? '');
}
/** What STS's error codes mean (AWS STS API Reference, Errors). */
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
    RegionDisabledException: ['request-refused', 'STS is switched off in this region'],
};
/** Turns an answer that is not 200 into an error of ours; of STS's words only known codes and the request id are used. */
function stsRefusal(answer, host, now) {
    const xml = new TextDecoder().decode(answer.body);
    const code = assume_role_element(xml, 'Code') ?? '';
    const id = assume_role_element(xml, 'RequestId') ?? '';
    const known = (0,pattern/* fullMatch */.L)(/[A-Za-z0-9-]{1,64}/, id) ? { requestId: id } : {};
    if ((0,http/* asksToRetry */.i_)(answer.status) || code === 'IDPCommunicationError' || code === 'Throttling') {
        const wait = (0,http/* retryAfterSeconds */.C3)(answer, now);
        return new errors/* CredsError */.u('busy', `${host} answered ${String(answer.status)}.`, {
            ...known,
            retryAfterSeconds: wait,
        });
    }
    const meaning = Object.hasOwn(meanings, code) ? meanings[code] : undefined;
    if (meaning !== undefined) {
        const fresh = code === 'ExpiredTokenException' ? { freshIdToken: true } : {};
        return new errors/* CredsError */.u(meaning[0], `${host} refused: ${meaning[1]} (${code}).`, { ...known, ...fresh });
    }
    const ours = code === '' ? 'answer-invalid' : 'request-refused';
    return new errors/* CredsError */.u(ours, `${host} answered ${String(answer.status)} and not with a session.`, known);
}

// EXTERNAL MODULE: ./lib/aside/providers/input.js
var input = __webpack_require__(1258);
;// CONCATENATED MODULE: ./lib/aside/providers/aws.js
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html





const shortest = 900;
const longest = 43_200;
const longestAnswer = 64 * 1024;
/** DNS suffix of each partition (AWS General Reference, AWS STS endpoints). */
const partitions = {
    aws: 'amazonaws.com',
    'aws-us-gov': 'amazonaws.com',
    'aws-cn': 'amazonaws.com.cn',
    'aws-eusc': 'amazonaws.eu',
};
/**
 * AWS STS AssumeRoleWithWebIdentity: one HTTPS request a role, unsigned, no SDK. A session cannot be given back;
 * it ends by itself, so the shortest one that does is the right one.
 */
const aws = {
    name: 'aws',
    configure,
    giveBack: () => Promise.resolve(undefined),
};
function configure(wish) {
    (0,input/* refuseKey */.e)(wish);
    const plan = makePlan(wish);
    const audience = wish.audience ?? 'sts.amazonaws.com';
    return {
        audience,
        lender: plan.endpoint.host,
        endpoint: plan.endpoint,
        bindsKey: false,
        open: () => ({ audience, debt: {}, secrets: [], trade: (idToken, call) => trade(plan, idToken, call) }),
    };
}
function makePlan(wish) {
    (0,input/* onlyParams */.F)(wish.params, ['endpoint', 'session-name']);
    if (wish.brokerUrl !== undefined)
        throw (0,input/* refuseInput */.bG)('broker-url', 'means nothing to `provider: aws`');
    const region = wish.region ?? '';
    if (!(0,pattern/* fullMatch */.L)(/[a-z]{2,4}(-[a-z]+)+-\d{1,2}/, region))
        throw (0,input/* refuseInput */.bG)('region', 'must be a region such as eu-west-1');
    if (wish.roles.length === 0)
        throw (0,input/* refuseInput */.bG)('role', 'is required: the ARN of the role to assume');
    const roles = wish.roles.map((request) => readArn(request, wish.expectAccount));
    const suffixes = new Set(roles.map(({ partition }) => partitions[partition]));
    const [suffix] = suffixes;
    if (suffixes.size !== 1 || suffix === undefined)
        throw (0,input/* refuseInput */.bG)('role', 'names roles of several partitions');
    const ttlSeconds = wish.ttlSeconds ?? shortest;
    if (ttlSeconds < shortest || ttlSeconds > longest)
        throw (0,input/* refuseInput */.bG)('ttl', 'must be between 15m and 12h for `aws`');
    const endpoint = wish.params['endpoint'] ?? `https://sts.${region}.${suffix}`;
    if (typeof endpoint !== 'string')
        throw (0,input/* refuseInput */.bG)('params', 'must have an `endpoint` that is a URL');
    return {
        endpoint: new URL(`${(0,input/* serverUrl */.Vd)('params', endpoint, true)}/`),
        region,
        roles,
        sessionName: sessionName(wish),
        ttlSeconds,
    };
}
function readArn(request, expectAccount) {
    if (!(0,pattern/* fullMatch */.L)(/arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}/, request.role)) {
        throw (0,input/* refuseInput */.bG)('role', 'must be the ARN of an IAM role, arn:aws:iam::<12 digits>:role/<name>');
    }
    const [, partition = '', , , account = ''] = request.role.split(':');
    if (!Object.hasOwn(partitions, partition))
        throw (0,input/* refuseInput */.bG)('role', 'names a partition that is not known');
    if (expectAccount !== undefined && expectAccount !== account) {
        throw (0,input/* refuseInput */.bG)('role', 'belongs to another account than `expect-account` says; nothing was sent');
    }
    return { request, partition, account, name: request.role.slice(request.role.lastIndexOf('/') + 1) };
}
/** The session's name stands in CloudTrail: repository and run, as far as AWS allows the characters. */
function sessionName(wish) {
    const given = wish.params['session-name'];
    if (given !== undefined) {
        if (typeof given === 'string' && (0,pattern/* fullMatch */.L)(/[\w+=,.@-]{2,64}/, given))
            return given;
        throw (0,input/* refuseInput */.bG)('params', 'has a `session-name` that AWS does not allow: 2 to 64 of A-Z a-z 0-9 _ + = , . @ -');
    }
    const { repository = 'job', run = '0' } = wish.facts;
    const tail = `@${run}`.replace(/[^\w@]/g, '').slice(0, 24);
    return `ec-${repository.replace(/[^\w.-]+/g, '.')}`.slice(0, 64 - tail.length) + tail;
}
async function trade(plan, idToken, call) {
    const leases = [];
    for (const role of plan.roles) {
        try {
            leases.push(await assume(plan, role, idToken, call));
        }
        catch (error) {
            throw error instanceof errors/* CredsError */.u && leases.length > 0 ? error.asPartlyIssued() : error;
        }
    }
    const accounts = new Set(plan.roles.map(({ account }) => account));
    const [account] = accounts;
    return { leases, ...(accounts.size === 1 && account !== undefined ? { account } : {}) };
}
async function assume(plan, role, idToken, call) {
    const body = assumeRoleForm({
        roleArn: role.request.role,
        sessionName: plan.sessionName,
        seconds: plan.ttlSeconds,
        idToken: idToken.token.reveal(),
    });
    const headers = {
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        accept: 'application/xml',
    };
    const request = { method: 'POST', url: plan.endpoint, headers, body, maxBytes: longestAnswer };
    const answer = await (0,http/* exchange */.cv)(call, request);
    if (answer.status !== 200)
        throw stsRefusal(answer, plan.endpoint.host, call.host.clock.now());
    return leaseOf(readSession(answer), plan, role);
}
function leaseOf(session, plan, role) {
    const { expiresAt, arn, ...keys } = session;
    const expected = `arn:${role.partition}:sts::${role.account}:assumed-role/${role.name}/${plan.sessionName}`;
    if (arn !== expected)
        throw new errors/* CredsError */.u('lease-unsuitable', 'STS sent a session of another account or role.');
    const fields = { ...keys, region: plan.region };
    return {
        ...role.request,
        id: `aws:${role.account}:${role.name}:${keys.accessKeyId.reveal().slice(-4)}`,
        expiresAt,
        revocability: 'expiry-only',
        credentials: [{ name: 'aws', kind: 'aws-session', expiresAt, fields }],
    };
}


/***/ })

};
;
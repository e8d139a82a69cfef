import type { Recogniser } from './recogniser.ts';

/**
 * What is kept as a secret and is none: names, numbers and addresses of things, and settings. It is the main source of
 * noise, so that a value is asked about its name only when nothing tells what takes it.
 */
export const identifiers: Recogniser = {
  inputs: [
    { input: /(aws-)?role(-to-assume|-arn|-session-name|-external-id|-duration-seconds)?|(aws-)?region/ },
    { input: /(azure[-_])?(client|tenant|subscription|app|application|object)[-_]?id/ },
    {
      input:
        /workload[-_]identity[-_]provider|service[-_]account|service[-_]account[-_]email|project[-_]?id|project/,
    },
    {
      input:
        /(docker[-_]?|registry[-_]?|ftp[-_]?|ssh[-_]?|repo[-_]?)?(user(name)?|login|registry|host(name)?|server|port|repository|image|images|tags?|email)/,
    },
    { input: /(git[-_]?|user[-_]?|committer[-_]?|author[-_]?)(user[-_]?)?(name|email)/ },
    {
      input:
        /(org(anization)?|owner|team|site|account|channel|bucket|zone|distribution|chat|app|installation|server|guild|cluster|environment|namespace|collection|group|product|package)[-_]?(id|name|slug)?/,
    },
    {
      input:
        /known[-_]hosts|.*[-_](alias|identity|profile[-_]name)|.*fingerprint|.*[-_]arn|.*[-_]url|url|.*[-_]endpoint|endpoint|to|from|subject|body|title|address|server_(address|port)|remote[-_](host|user|path|port)|target|source|path|args|domain|.*[-_]identifier|(?!.*(key|secret|session|webhook|role|reporter)[-_]id$).*[-_]id|ca[-_]?cert(ificate)?s?|cluster[-_](ca[-_])?cert(ificate)?|proxy_(host|port|username)|.*[-_]version|jwt(Github)?Audience|audience/,
    },
  ],
  variables: [
    /AWS_(REGION|DEFAULT_REGION|ACCOUNT(_ID)?|ROLE(_ARN|_TO_ASSUME|_NAME)?|PROFILE|S3_BUCKET.*|BUCKET.*|ENDPOINT_URL.*|ECR_.*(REPO(SITORY)?|REGISTRY))/,
    /ARM_(CLIENT|TENANT|SUBSCRIPTION)_ID|AZURE_(CLIENT|TENANT|SUBSCRIPTION)_ID/,
    /(GCP|GOOGLE|CLOUDSDK|GCLOUD)_(CORE_)?(PROJECT|REGION|ZONE|COMPUTE_(REGION|ZONE))(_ID|_NAME)?|GOOGLE_CLOUD_PROJECT/,
    /PG(HOST|USER|DATABASE|PORT)|(MYSQL|POSTGRES|DB|DATABASE|MONGO|REDIS)_(HOST|USER(NAME)?|PORT|NAME|DB|DATABASE)/,
    /TWINE_(USERNAME|REPOSITORY(_URL)?)|VAULT_(ADDR|NAMESPACE)|SENTRY_(ORG|PROJECT|URL|ENVIRONMENT)|SONAR_(HOST_URL|PROJECT_KEY|ORGANIZATION)/,
  ],
  commands: [
    {
      line: /docker login|podman login|buildah login|skopeo login|helm registry login|az login|oras login/,
      option: /-u|--username|--tenant|-t/,
    },
    {
      line: /aws|gcloud|az|gsutil|terraform/,
      option:
        /--(region|project|account|subscription|resource-group|bucket|zone|role-arn|function-name|cluster|service|distribution-id|repository-name|registry-ids|profile|stack-name|instance-ids?)|-g/,
    },
    { line: /git config/, word: /.*/ },
    { line: /ssh-keyscan/ },
  ],
  names: [
    /(.*_)?(AWS_)?(ACCOUNT|ACCT|PROJECT|TENANT|CLIENT|CUSTOMER|SUBSCRIPTION|APP|APPLICATION|ORG|ORGANI[SZ]ATION|TEAM|SITE|ZONE|CHANNEL|CHAT|GROUP|USER|BOT|DISTRIBUTION|CLUSTER|INSTANCE|SERVICE|POOL|PROVIDER|WORKSPACE|OBJECT|RESOURCE|SPACE|SERVER|SERVICE_ACCOUNT|FUNCTION|VPC|SUBNET|SG|SECURITY_GROUP|DATABASE|DB|TABLE|INSTALLATION|GUILD|PRINCIPAL|MEASUREMENT|TRACKING|ANALYTICS|PIPELINE|EXTENSION|PRODUCT|ISSUER|KEY|ITEM|BUCKET|FOLDER|DRIVE|SHEET|FILE|FORM|PAGE|LIST|SEGMENT|COMPANY|MERCHANT|PACKAGE|BUNDLE|DEVICE|PROFILE|FLOW|REPO|REPOSITORY|RUN|JOB|WORKFLOW|ENVIRONMENT|ENV|STAGE|HOSTED_ZONE|CERTIFICATE|CERT|FIREBASE_PROJECT|LOCATION|NETWORK|HOST|NODE|VM|IMAGE|TEMPLATE|VERSION|BUILD)_?IDS?/,
    /(.*_)?(APPLE_TEAM|TEAM|GA|GTM|PIXEL|DATADOG_SITE|DD_SITE)(_ID)?/,
    /(.*_)?(ARN|URI|URL|URLS|HOST|HOSTS|HOSTNAME|USER|USR|USERNAME|USER_NAME|UNAME|SIGNING_IDENTITY|TARGET|TARGETS|SSL_?MODE|WAREHOUSE|DATASET|MEMBERSHIP|MEMBERS|LOGIN|REGION|LOCATION|DOMAIN|DOMAINS|ENDPOINT|ENDPOINTS|ADDRESS|ADDRESSES|ADDR|IP|IPS|PORT|PORTS|PATH|PATHS|DIR|DIRECTORY|FOLDER|BUCKET|BUCKETS|BUCKET_NAME|NAME|NAMES|EMAIL|EMAILS|MAIL|MAIL_TO|MAIL_FROM|ORG|ORGANIZATION|OWNER|REPO|REPOSITORY|NAMESPACE|CLUSTER|ZONE|ZONES|VERSION|BRANCH|ENVIRONMENT|ENV_NAME|STAGE|REGISTRY|REGISTRY_URL|SERVER|SERVERS|MODEL|RATE|ENABLED|DISABLED|TIMEOUT|SIZE|COUNT|LIMIT|LIMITS|CHANNEL|CHANNELS|TOPIC|QUEUE|GROUP|GROUPS|SUBSCRIPTION|FINGERPRINT|SERIAL|THUMBPRINT|TEAM|TENANT|PROJECT|ACCOUNT|ROLE|ROLE_NAME|ROLE_TO_ASSUME|IAM_ROLE|PROFILE|SUFFIX|PREFIX|LEVEL|MODE|FLAG|FLAGS|LOCALE|TIMEZONE|TZ|SCHEMA|DATABASE|DB|DB_NAME|TABLE|COLLECTION|INDEX|SUBNET|SUBNETS|VPC|CIDR|SITE|SLUG|TITLE|DESCRIPTION|RECIPIENT|RECIPIENTS|SENDER|RECEIVER|FROM|TO|PROVIDER|ALIAS|AUDIENCE|ISSUER|ORIGIN|ORIGINS|PROTOCOL|SCHEME|DRIVER|ENGINE|TYPE|KIND|FORMAT|SAMPLE_RATE|INTERVAL|CONCURRENCY|REPLICAS|INSTANCE|INSTANCE_TYPE|RESOURCE_GROUP|STORAGE_ACCOUNT|IMAGE|IMAGE_NAME|TAG|TAGS|APP|APP_NAME|SERVICE|SERVICE_NAME|FUNCTION|FUNCTION_NAME|STACK|STACK_NAME|DSN_PUBLIC|LOCALHOST|PLATFORM|NETWORK|CHAIN|CONTRACT|WALLET_ADDRESS|ADMIN|ADMINS|REVIEWERS|ASSIGNEES|MAINTAINERS|SCOPES?|TLD|URL_TEMPLATE|ACCESS_TYPE(_PARAM)?|SPECIFIER|OCIDS?|IDENTIFIERS?)/,
    /(.*_)?(PUBLIC_KEY|PUBKEY|PUBLISHABLE_KEY|KNOWN_HOSTS?|SSH_HOST_KEY|CLUSTER_CERT(IFICATE)?|CA_?CERT(IFICATE)?S?|CA_BUNDLE|ROOT_CA|SENTRY_DSN(_.*)?|SENTRY_PUBLIC.*|PUBLIC_DSN|ANON_KEY|KEY_ALIAS|SIGNING_KEY_ID|GPG_KEY_ID|KEY_?PAIR_NAME|KEY_NAME|KEY_VAULT(_NAME)?|KEYVAULT(_NAME)?|KMS_KEY(_ID|_ARN)?|PROJECT_KEY|SONAR_PROJECT_?KEY|WORKLOAD_IDENTITY_PROVIDER|WIF_PROVIDER|WIF_SERVICE_ACCOUNT|SERVICE_ACCOUNT_EMAIL|SA_EMAIL|SITE_KEY|RECAPTCHA_SITE_KEY)/,
    /(VITE|NEXT_PUBLIC|REACT_APP|NUXT_PUBLIC|EXPO_PUBLIC|PUBLIC|GATSBY|VUE_APP)_.*/,
    /.+_(CONTAINER|APPLICATION)|LOOP_.*|.*_(ENABLE|DISABLE|USE|IS|HAS)_.*|(ENABLE|DISABLE|USE|IS|HAS|SKIP|ALLOW)_.*/,
    /LOG_LEVEL|NODE_ENV|APP_ENV|RAILS_ENV|DEBUG|ENVIRONMENT|TURBO_TEAM|TURBO_API|.*_SAMPLE_RATE|.*_MODEL/,
  ],
};

/** Names whose last word says that they are none, whatever stands before it. */
export const plainIdentifiers: readonly RegExp[] = [
  /(?!.*(SERVICE_?ACCOUNT|SERVICE_ROLE)$)(?!.*(PASSWORD|PASSWD|PWD|TOKEN|PRIVATE_KEY|API_?KEY|APP_?KEY|AUTH_?KEY|ACCESS_KEY|LICENSE_KEY|CLIENT_SECRET|SSH_KEY|SECRET_KEY|WEBHOOK)_(.*_)?(STAGE|TEAM|GROUP|SITE|PROJECT|ACCOUNT|SERVER|ORG|CHANNEL|ENVIRONMENT|REPO|REPOSITORY|USER)$)(.*_)?(HOST|HOSTS|HOSTNAME|USER|USR|USERNAME|USER_NAME|PORT|REGION|NAME|EMAIL|BUCKET|ARN|ORG|DOMAIN|VERSION|PATH|DIR|ADDR|ADDRESS|KNOWN_HOSTS?|IP|FINGERPRINT|ALIAS|REGISTRY|NAMESPACE|CLUSTER|ACCOUNT|PROJECT|ENVIRONMENT|BRANCH|REPO|REPOSITORY|MODEL|CHANNEL|LEVEL|OWNER|SERVER|ROLE|ENABLED|TIMEOUT|LOCATION|ZONE|STACK|NUMBER|KEYGRIP|OPTIONS|OPTS|ARGS|SITE|SCOPE|STAGE|TEAM|GROUP|TAG|DATE|TITLE|SIZE|COUNT|FORMAT|LANGUAGE|CURRENCY|COUNTRY|PHONE|SUBJECT)/,
  /(.*_)?(PUBLIC_?KEY|PUBKEY|KNOWN_HOSTS?|HOST_KEY)(_.*)?/,
  // The id of an AWS key is one half of it, and those of AppRole and of webhooks are secrets.
  /(?!(.*_)?(AWS|S3|R2|B2|SPACES|COS|OSS|TENCENT|ALIYUN|ALI|MINIO|ACCESS|OBS|YC|SCW)(_.*)?_?KEY_?ID)(?!.*(SECRET|SESSION|WEBHOOK|REPORTER|ROLE)_?ID)(.*_)?(ID|IDS|KEYID|KEYIDS|OCID|IDENTIFIER|SPECIFIER)/,
  /(?!.*WEBHOOK)(.*_)?API_(URL|URI|ENDPOINT|HOST|VERSION)|(.*_)?(SECRET|KEY)_NAME|(.*_)?FIREBASE_DATABASE_URL/,
];

/** Names that no taker makes a secret of: each says what it is, and that is never one. */
export const knownIdentifiers: readonly RegExp[] = [
  /ACTIONS_(STEP|RUNNER)_DEBUG/,
  /(.*_)?(KEY|KEYSTORE|STORE)_?ALIAS(_.*)?/,
  /(.*_)?(PUBLIC_KEY|PUBLISHABLE_KEY|SIGNING_IDENTITY|PROFILE_NAME|KEYGRIP)/,
  /(.*_)?(GPG|PGP|SIGN|SIGNING|COSIGN)_(.*_)?KEY_?(ID|NAME)|(.*_)?KEY_?(RING|PAIR)_?NAME|(.*_)?(ACCOUNT|TENANT|SUBSCRIPTION)_ID|(.*_)?(AWS|GCP|AZURE)_REGION|(.*_)?BASE_URL/,
  // A web app hands it to every browser; what may be done with it is said elsewhere.
  /(VITE|NEXT_PUBLIC|NUXT_PUBLIC|EXPO_PUBLIC|REACT_APP|VUE_APP|GATSBY|PUBLIC)_(.*_)?FIREBASE_(.*_)?API_?KEY/,
];

/** Names that stay credentials where an identifier is taken: in an address, as a user, among arguments. */
export const plainCredentials: readonly RegExp[] = [
  /(.*_)?(TOKEN|PASSWORD|PASSWD|PASSPHRASE|SECRET|PRIVATE_?KEY|API_?KEY|ACCESS_KEY(_ID)?|SECRET_KEY|PAT|SERVICE_ROLE(_KEY)?)/,
  /(?!.*_(ID|NAME|HOST|CHANNEL|USER(NAME)?)$)(.*_)?(WEBHOOK|DEPLOY_HOOK)(_.*)?/,
];

/** Inputs and options that nothing but a secret is put into, whatever it is called. */
export const secretPlaces: readonly RegExp[] = [
  /(.*[-_])?(password|passwd|secret[-_]?access[-_]?key|secret[-_]key|private[-_]key|client[-_]secret|credentials[-_]json)/,
  /aws[-_]access[-_]key[-_]id/,
];

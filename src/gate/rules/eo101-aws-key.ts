import type { CredentialRule } from './rule.ts';

export const awsKey: CredentialRule = {
  id: 'EO101',
  name: 'aws-key',
  what: 'A static key of AWS, of another cloud, or of a store that speaks S3.',
  severity: 'error',
  why: 'An access key works from everywhere until somebody deletes it. Whoever reads one log, one cache or one dependency of the job has it for good.',
  hint: {
    text: 'Let the job take a role with its ID token; the role’s trust policy names the repository and the branch. For stores without OIDC, let the broker lend a key that ends with the job.',
    before:
      '- uses: aws-actions/configure-aws-credentials@v6\n  with:\n    aws-access-key-id: ${{ secrets.AWS_ACCESS_KEY_ID }}\n    aws-secret-access-key: ${{ secrets.AWS_SECRET_ACCESS_KEY }}\n    aws-region: eu-central-1',
    after:
      'permissions:\n  id-token: write\nsteps:\n  - uses: aws-actions/configure-aws-credentials@v6\n    with:\n      role-to-assume: arn:aws:iam::123456789012:role/deploy\n      aws-region: eu-central-1',
  },
  recognises: {
    inputs: [
      {
        input:
          /aws[-_]?(access[-_]?key([-_]?(id|secret))?|secret[-_]?access[-_]?key|secret[-_]?key|session[-_]?token)|access[-_]?key[-_]?(id|secret)|secret[-_]?access[-_]?key/,
      },
      {
        action:
          /.*(aws|amazon|s3|ecr|ecs|lambda|cloudfront|beanstalk|oss|cos|minio|r2|spaces|alibaba|aliyun|tencent|huawei|bucket|storage).*/,
        input:
          /access[-_]?key|secret[-_]?key|secret[-_]?id|session[-_]?token|(access[-_]?)?key[-_]?id|secret/,
      },
      {
        input:
          /aws[-_]?(key|secret)([-_]?(id|key))?|(s3|r2|oss|cos|minio|spaces|obs|b2)[-_]?(access|secret|application)[-_]?(access[-_]?)?(key|id|token)([-_]?(id|secret))?/,
      },
      {
        input:
          /yc[-_]sa[-_]json[-_]credentials|(digitalocean|hcloud|linode|scw|scaleway|vultr|ibmcloud|ibm[-_]cloud)[-_](access[-_]?|api[-_]?)?(token|key)/,
      },
      { action: /docker\/login-action/, input: /ecr[-_]password/ },
      { action: /digitalocean\/action-doctl/, input: /token/ },
    ],
    variables: [
      /(TF_VAR_)?AWS_(ACCESS_KEY(_ID)?|SECRET(_ACCESS)?(_KEY)?|SECRET_KEY_ID|KEY|SESSION_TOKEN)/,
      /(ALICLOUD|ALIBABA_CLOUD|ALIYUN|OSS|COS|TENCENTCLOUD|TENCENT|HUAWEICLOUD|HW|OBS|MINIO|S3|R2|B2|WASABI|SPACES|DO_SPACES|OVH|SCW|SCALEWAY|BACKBLAZE|STORAGE)_(ACCESS|SECRET|APPLICATION|ROOT|CONSUMER)_?(ACCESS_?)?(KEY|ID|PASSWORD|TOKEN)(_?(ID|SECRET))?/,
      /YC_(TOKEN|SA_JSON|SERVICE_ACCOUNT_KEY.*|SA_KEY.*)|YANDEX_CLOUD_.*KEY.*|(DIGITALOCEAN|DO|HCLOUD|LINODE|LINODE_CLI|VULTR|CIVO)_(ACCESS_|API_)?(TOKEN|KEY)|IBM(_?CLOUD|_CLOUD)?_API_?KEY|OCI_CLI_KEY_CONTENT|OCI_PRIVATE_KEY.*/,
    ],
    commands: [
      { line: /aws configure set/, word: /.*/ },
      { line: /aws configure\b(?! (list|get|sso))/ },
      {
        line: /s3cmd .*--(access|secret)_key|mc (alias set|config host add)|mcli alias set|aliyun configure|ossutil(64)? config|coscmd config|doctl auth init|b2 (account )?authorize/,
      },
      { line: /terraform init/, word: /-?-?(backend-config=)?["']?(access_key|secret_key)=.*/ },
      { line: /rclone .*/, option: /--s3-(access-key-id|secret-access-key)/ },
    ],
    names: [
      /(.*_)?AWS(_(.*_)?)?(ACCESS_?KEY|SECRET|SECRET_?KEY|ACCESS|KEY|CREDENTIALS?|CREDS|SESSION_TOKEN|TOKEN|IAM_KEY)(_?(ID|SECRET|KEY|VALUE))?(_.*)?/,
      /(.*_)?(S3|R2|B2|OSS(?=_(ACCESS|SECRET|KEY|STS))|COS|MINIO|SPACES|WASABI|ALIYUN|ALICLOUD|ALIBABA|TENCENT|HUAWEI|YC|YANDEX|SCW|OVH|EC2|ECR|IAM|CLOUDFRONT)_(.*_)?(ACCESS|SECRET|API|AUTH|ACCOUNT)?_?(ACCESS_?)?(KEY|SECRET|TOKEN|PASSWORD)(_?(ID|SECRET|JSON))?(_.*)?/,
      /(.*_)?(ACCESS_KEY_ID|SECRET_ACCESS_KEY|ACCESS_?KEY_?SECRET)(_.*)?/,
      /(.*_)?(DIGITAL_?OCEAN|HCLOUD|HETZNER|LINODE|VULTR|SCALEWAY|IBM_?CLOUD|OCI|CIVO|EXOSCALE|UPCLOUD)_(.*_)?(TOKEN|KEY|SECRET|PAT|API)(_.*)?/,
    ],
  },
  examples: {
    finds: [
      {
        step: 'uses: docker/build-push-action@v7\nwith:\n  build-args: |\n    CACHE=1\n    AWS_ACCESS_KEY_ID=${{ secrets.COMPILER_CACHE }}',
      },

      { step: 'uses: docker/login-action@v4\nwith:\n  username: ${{ secrets.ECR_ACCESS_KEY_ID }}' },

      {
        step: 'uses: aws-actions/configure-aws-credentials@v6\nwith:\n  aws-access-key-id: ${{ secrets.PROD_ID }}\n  aws-region: eu-central-1',
      },
      { step: 'run: aws s3 sync . s3://site\nenv:\n  AWS_SECRET_ACCESS_KEY: ${{ secrets.DEPLOY }}' },
      { step: 'run: aws configure set aws_secret_access_key "$KEY"\nenv:\n  KEY: ${{ secrets.DEPLOY }}' },
      { step: 'run: mc alias set store https://s3.example.com "$U" "${{ secrets.STORE }}"' },
      { step: 'run: terraform init -backend-config="secret_key=${{ secrets.STATE }}"' },
    ],
    passes: [
      { step: 'run: ./x.sh\nenv:\n  SCALEWAY_API_URL: ${{ secrets.SCALEWAY_API_URL }}' },
      { step: 'run: ./test.sh\nenv:\n  OWNER: ${{ secrets.APP_OSS_OWNER_PASSWORD }}' },

      {
        step: 'uses: aws-actions/configure-aws-credentials@v6\nwith:\n  role-to-assume: ${{ secrets.AWS_ROLE_ARN }}\n  aws-region: ${{ secrets.AWS_REGION }}',
      },
      { step: 'run: echo ok\nenv:\n  AWS_ACCOUNT_ID: ${{ secrets.AWS_ACCOUNT_ID }}' },
      {
        step: 'run: aws s3 ls\nenv:\n  AWS_ACCESS_KEY_ID: ${{ steps.loan.outputs.aws-access-key-id }}\n  AWS_SECRET_ACCESS_KEY: ${{ steps.loan.outputs.aws-secret-access-key }}',
      },
    ],
  },
};

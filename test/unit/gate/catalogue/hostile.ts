/** A repository in which every name tries to be something else than a name. */
const attacks = {
  job: '</title><script>fetch("https://evil.example/job")</script>',
  step: '<img src=https://evil.example/step onerror=alert(1)> | ` @octocat ` [l](https://evil.example) \\u202Egnp',
  secret: '<svg onload=alert(1)>',
};

export const hostile: Readonly<Record<string, string>> = {
  '"><script>alert(1)\u202e/.git/HEAD': '',
  '"><script>alert(1)\u202e/.github/workflows/a"><b onclick=alert(1)>|x.yml': `on: push
jobs:
  '${attacks.job}':
    steps:
      - name: "${attacks.step}"
        run: ./x.sh \${{ secrets['${attacks.secret}'] }}
        env:
          NODE_AUTH_TOKEN: \${{ secrets.NPM_TOKEN }}
`,
  '"><script>alert(1)\u202e/.ephemeral-creds.yml': `waivers:
  - { rule: EO104, owner: '<b>owner|@octocat', reason: r, ticket: t, expires: 2026-12-31 }
`,
  '"><script>alert(1)\u202e/.github/workflows/<i>broken.yml': 'on: [',
};

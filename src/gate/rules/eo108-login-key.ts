import type { CredentialRule } from './rule.ts';

export const loginKey: CredentialRule = {
  id: 'EO108',
  name: 'login-key-or-password',
  what: 'A key or password for SSH, SCP, SFTP or FTP.',
  severity: 'error',
  why: 'The key stays in authorized_keys of every server until someone goes there and takes it out.',
  hint: {
    text: 'Let the servers trust a certificate authority, and let the broker sign a key that the job makes itself: the certificate ends with the job.',
    before:
      '- uses: webfactory/ssh-agent@v0.9.1\n  with:\n    ssh-private-key: ${{ secrets.SSH_PRIVATE_KEY }}\n- run: ssh deploy@web.example.com ./deploy.sh',
    after:
      'permissions:\n  id-token: write\nsteps:\n  - uses: org/ephemeral-creds@v1\n    with:\n      broker-url: https://broker.example.com\n      role: web-deploy\n      export: ssh\n  - run: ssh deploy@web.example.com ./deploy.sh',
  },
  recognises: {
    inputs: [
      {
        action: /.*(ssh|scp|sftp|ftp|rsync|remote-?command|deployer|lftp).*/,
        input: /(.*[-_])?(key|password|passphrase|pass|pwd|private[-_]?key|secret)/,
      },
      {
        input:
          /ssh[-_]?(.*[-_])?(private[-_]?)?(key|pass|password|passphrase)|(deploy|remote)[-_]?(private[-_]?)?key|(s?ftp|ssh|remote)[-_]?(password|pass|pwd)|sshkey|privateKey|DEPLOY_KEY|SSH_DEPLOY_KEY/,
      },
      {
        action: /peaceiris\/actions-gh-pages|actions\/checkout|.*push.*|.*sync.*|.*wiki.*/,
        input: /deploy[-_]key|ssh[-_].*key|SSH_DEPLOY_KEY/,
      },
    ],
    variables: [
      /SSHPASS|SSH_(PRIVATE_|DEPLOY_)?KEY|SSH_PASS(WORD|PHRASE)?|DEPLOY_KEY|LFTP_PASSWORD|FTP_PASS(WORD)?|ANSIBLE_(SSH_PASS(WORD)?|PRIVATE_KEY.*|BECOME_PASS(WORD)?|PASSWORD)/,
    ],
    commands: [
      { line: /sshpass/, option: /-p/ },
      { line: /ssh-add|lftp|ncftpput|ncftp|sftp|ssh-agent|git-ftp/ },
      { line: /ssh|scp|rsync/, option: /-i/ },
      { line: /\S*(add|setup|install|write|load)\w*_ssh_?keys?\w*/ },
      { line: /curl .*s?ftp:\/\/.*/, option: /-u|--user|-sSu/ },
    ],
    files: [
      /.*\.ssh\/(?!known_hosts|config|authorized).*|.*\bid_(rsa|ed25519|ecdsa|dsa)\b.*|.*(deploy|ssh|private)[-_]?key(\.pem|\.key)?/,
    ],
    names: [
      /(.*_)?(SSH|SSHKEY|SFTP|FTP|FTPS|SCP|RSYNC|ID_RSA|ID_ED25519|DEPLOY_KEY|ANSIBLE|VPS|EC2_SSH|DROPLET|BASTION)(_.*)?_?(PRIVATE_?KEY|KEY|PASSWORD|PASS|PASSWD|PWD|PASSPHRASE|PEM|SECRET|PRIV(ATE)?|KEY_FILE)(_.*)?/,
      /SSH|(.*_)?(SSH_?KEY|ID_RSA|ID_ED25519|ID_DSA|DEPLOY_?KEY|DEPLOYMENT_KEY|PEM_KEY|EC2_KEY|EC2_PEM|SSH_SECRET|SERVER_(SSH_)?(KEY|PRIVATE_KEY|PASSWORD|PASS|PASSWD)|HOST_(KEY|PASSWORD)|REMOTE_(KEY|PASSWORD|PASS)|VPS_.*(KEY|PASSWORD)|ROOT_PASSWORD)(_.*)?/,
    ],
    otherwise: { commands: [{ line: /chmod|ssh-keygen/ }], files: [/.*\.(pem|ppk)/] },
  },
  examples: {
    finds: [
      { gitlab: 'add_ssh_keys "$MIRROR_KEY"' },

      { gitlab: './upload.sh "$FTP_PASSWD_STAGE"' },

      { step: 'uses: webfactory/ssh-agent@v0.9.1\nwith:\n  ssh-private-key: ${{ secrets.WEB }}' },
      {
        step: 'uses: appleboy/ssh-action@v1\nwith:\n  host: web.example.com\n  username: deploy\n  password: ${{ secrets.WEB }}\n  script: ./deploy.sh',
      },
      { step: 'run: echo "${{ secrets.WEB }}" > ~/.ssh/id_ed25519' },
      { gitlab: 'echo "$WEB_PEM" | tr -d "\\r" | ssh-add -' },
      { gitlab: 'sshpass -p "$WEB_PWD" ssh deploy@web.example.com ./deploy.sh' },
    ],
    passes: [
      { step: 'run: echo "${{ secrets.SSH_KNOWN_HOSTS }}" >> ~/.ssh/known_hosts' },
      {
        step: 'uses: appleboy/ssh-action@v1\nwith:\n  host: ${{ secrets.SSH_HOST }}\n  username: ${{ secrets.SSH_USER }}\n  script: ./deploy.sh',
      },
    ],
  },
};

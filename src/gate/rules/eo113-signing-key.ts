import type { CredentialRule } from './rule.ts';

export const signingKey: CredentialRule = {
  id: 'EO113',
  name: 'signing-key',
  what: 'A key that signs or decrypts, or the passphrase of one.',
  severity: 'error',
  why: 'Whoever copies the key signs in your name for as long as the certificate lives; a revoked one breaks what was signed before.',
  hint: {
    text: 'Sign keyless (Sigstore, attestations), or in a KMS or signing service that the job reaches by OIDC, so that the key never comes into the job.',
    before:
      '- run: cosign sign --key env://COSIGN_PRIVATE_KEY "$IMAGE"\n  env:\n    COSIGN_PRIVATE_KEY: ${{ secrets.COSIGN_PRIVATE_KEY }}',
    after: 'permissions:\n  id-token: write\nsteps:\n  - run: cosign sign --yes "$IMAGE"',
  },
  recognises: {
    inputs: [
      {
        action:
          /.*(import-gpg|gpg|codesign|code-signing|(?<!as)sign|keystore|apple-actions|import-codesign|cosign|xcode|android|provisioning|notariz|p12|sops|tailscale|wireguard|openvpn|minisign).*/,
        input:
          /(?!.*[-_](name|alias|identity|profile|id)$|.*(github|gitlab)[-_]?token$).*(key|passphrase|password|p12.*|pfx.*|certificate.*|keystore.*|authkey|oauth-secret|secret|config.*|token).*/,
      },
      {
        input:
          /gpg[-_]?(private[-_]?)?(key|passphrase)|signing[-_]?(key|secret|cert.*|password|store.*)([-_]?(base64|password))?|key[-_]?store.*|(key|store|cert(ificate)?|p12|pfx)[-_]?(pass(word|phrase)?|base64|file[-_]base64)|p12.*|cosign[-_].*|age[-_]key|sops[-_].*|passphrase|certificate|match[-_]password/,
      },
    ],
    variables: [
      /(.*_)?(GPG|PGP|SIGNING|COSIGN|MINISIGN|TAURI|TAURI_SIGNING|CSC|WIN_CSC|KEYSTORE|MATCH|SOPS_AGE|AGE|P12|PFX|CODESIGN|CODE_SIGN(ING)?|RELEASE_KEYSTORE|RELEASE_KEY|ANDROID_KEYSTORE|MAVEN_GPG|WG|WIREGUARD|SPARKLE|SIGNPATH)_(.*_)?(PRIVATE_KEY|KEY|PASSPHRASE|PASSWORD|PASS|KEY_PASSWORD|LINK|BASE64|SECRET|API_TOKEN|ED_KEY|STORE_PASSWORD)(_.*)?/,
      /ORG_GRADLE_PROJECT_SIGNING.*(KEY|PASSWORD)|TS_AUTH_?KEY|TAILSCALE_AUTH_?KEY|TS_OAUTH_SECRET|STORE_PASSWORD|KEY_PASSWORD|CSC_LINK|SOPS_AGE_KEY|MAVEN_GPG_PASSPHRASE/,
    ],
    commands: [
      {
        line: /gpg|apksigner|jarsigner|codesign|signtool|productsign|security (import|create-keychain|unlock-keychain|set-key-partition-list)|keytool|rpmsign|debsign|cosign|minisign|signify|azuresigntool|osslsigncode|sops|age|age-keygen|openssl (enc|aes-256-cbc|pkcs12|rsautl|smime|dgst|pkeyutl|cms)|ansible-vault|git-crypt|wg|wg-quick|tailscale up|openvpn|blackbox|transcrypt/,
      },
      {
        line: /.*(signing\.(storePassword|keyPassword|key|password)|gpg\.passphrase).*/,
        word: /.*(storePassword|keyPassword|passphrase|signing).*/,
      },
      { line: /ansible-playbook/, option: /--vault-password-file|-e/ },
    ],
    files: [
      /.*\.(jks|keystore|p12|pfx|p8|mobileprovision|provisionprofile|gpg|asc|ovpn|cer|snk)|.*(wg0|wireguard|openvpn|signing|keystore|vault[-_]pass)\S*/,
    ],
    names: [
      /(?!.*(MAPS?|FIREBASE)_|.*_NAME$)(.*_)?(GPG|PGP|COSIGN|SIGN|SIGNING|SIGNATURE|CODE_?SIGN(ING)?|MINISIGN|TAURI|CSC|KEYSTORE|KEY_STORE|JKS|P12|PFX|CERT|CERTS|CERTIFICATE|CERTIFICATES|MATCH|SOPS|AGE|WG|WIREGUARD|VPN|OVPN|OPENVPN|TAILSCALE|TS|SPARKLE|SIGNPATH|DEVELOPER_ID|MACOS_CERT(IFICATE)?|APPLE_CERT(IFICATE)?|IOS_CERT(IFICATE)?|IOS_DIST|WINDOWS_CERT(IFICATE)?|WIN_CERT|ANDROID|UPLOAD_KEY|PROVISION(ING)?_?PROFILE|KEYCHAIN|ENCRYPTION|DECRYPT(ION)?|ENCRYPTED|GIT_CRYPT|ANSIBLE_VAULT|MAVEN_GPG|NPM_SIGN|ZEROTIER|SNK|STRONG_NAME|TLS|SSL)(_(.*_)?)?(PRIVATE_?KEY|KEY|KEYS|PASSPHRASE|PASSWORD|PASSWD|PASS|PWD|BASE64|B64|P12|PFX|LINK|SECRET|AUTH_?KEY|OAUTH_SECRET|DATA|CONFIG|CONF|FILE|CONTENTS?|JKS|KEYSTORE|PEM|ENCODED)(_.*)?/,
      /(.*_)?(KEYSTORE|KEY_STORE|GPG_PRIVATE_KEY|GPG_KEY|GPG_PASSPHRASE|PASSPHRASE|SIGNING_?KEY|SIGNING_?KEY_PASSWORD|STORE_PASSWORD|KEY_PASSWORD|CSC_LINK|P12|PFX|P8|SOPS_AGE_KEY|PROVISION(ING)?_?PROFILE|MOBILE_?PROVISION|MATCH_PASSWORD|CERTIFICATES?(_P12)?|SIGNING_CERT(IFICATE)?|WG_CONF(IG)?|WG0|VPN_CONFIG|OVPN|DEBUG_KEYSTORE|RELEASE_KEYSTORE|KEYCHAIN_PASSWORD)(_.*)?/,
      /(.*_)?(APPSTORE|APP_STORE|APP_STORE_CONNECT|ASC|APPLE|APPLE_API|APPLE_CONNECT|CONNECT_API|NOTARI[SZ](E|ATION))_(.*_)?(PRIVATE_KEY|KEY|KEY_CONTENT|API_KEY|P8|CERT(IFICATE)?|CERTIFICATE_PASSWORD|KEY_BASE64|API_KEY_BASE64|PASSWORD|APP_SPECIFIC_PASSWORD|APP_PASSWORD)(_.*)?/,
    ],
  },
  examples: {
    finds: [
      { step: 'run: ./import.sh\nenv:\n  K: ${{ secrets.RELEASE_BOT_GPG_KEY }}' },

      {
        step: 'uses: crazy-max/ghaction-import-gpg@v6\nwith:\n  gpg_private_key: ${{ secrets.A }}\n  passphrase: ${{ secrets.B }}',
      },
      { step: 'run: echo "${{ secrets.ANDROID }}" | base64 -d > app/release.jks' },
      { step: 'run: cosign sign --key env://K "$IMAGE"\nenv:\n  COSIGN_PASSWORD: ${{ secrets.C }}' },
      { step: 'run: sops -d prod.enc.yaml\nenv:\n  SOPS_AGE_KEY: ${{ secrets.OPS }}' },
      { step: 'uses: tailscale/github-action@v4\nwith:\n  authkey: ${{ secrets.NET }}' },
    ],
    passes: [
      {
        step: 'run: ./gradlew publish "-Psigning.gnupg.keyName=$MAVEN_GPG_KEY_NAME"\nenv:\n  MAVEN_GPG_KEY_NAME: ${{ secrets.MAVEN_GPG_KEY_NAME }}\n  ID: ${{ secrets.RELEASE_GPG_SUB_KEY_ID }}',
      },
      { step: 'run: fastlane build\nenv:\n  PROFILE: ${{ secrets.PROVISIONING_PROFILE_SPECIFIER }}' },

      {
        step: 'run: ./sign.sh\nenv:\n  SIGNING_KEY_ALIAS: ${{ secrets.SIGNING_KEY_ALIAS }}\n  NOTARY_KEY_ID: ${{ secrets.MACOS_NOTARY_KEY_ID }}',
      },
      {
        step: 'uses: azure/trusted-signing-action@v1\nwith:\n  certificate-profile-name: ${{ secrets.PROFILE }}',
      },

      { step: 'run: cosign sign --yes "$IMAGE"' },
      { step: 'run: ./gradlew assembleRelease\nenv:\n  KEY_ALIAS: ${{ secrets.KEY_ALIAS }}' },
    ],
  },
};

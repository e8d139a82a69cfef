import type { CredentialRule } from './rule.ts';

export const registryToken: CredentialRule = {
  id: 'EO104',
  name: 'package-registry-token',
  what: 'A token or password with which packages are published or fetched.',
  severity: 'error',
  why: 'Whoever has a publishing token publishes a version under your name, and everybody who installs it runs it.',
  hint: {
    text: 'Use trusted publishing: npm, PyPI, RubyGems, NuGet and the registries of crates and of Dart take the job’s ID token. For a private registry, let the broker lend a token.',
    before: '- run: npm publish\n  env:\n    NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}',
    after:
      'permissions:\n  id-token: write\nsteps:\n  - uses: actions/setup-node@v6\n    with:\n      node-version: 24\n  - run: npm publish',
  },
  recognises: {
    inputs: [
      {
        action: /pypa\/gh-action-pypi-publish|.*pypi.*|.*poetry.*publish.*|.*maturin.*/,
        input: /password|pypi[-_]?(token|password)|token|api[-_]token/,
      },
      {
        action:
          /js-devtools\/npm-publish|.*npm.*publish.*|.*publish.*npm.*|.*cargo.*|katyo\/publish-crates|.*crates.*|.*rubygems?.*|.*publish-gem.*|.*nuget.*|.*pub-dartlang.*|.*vscode-extension.*|haaleo\/publish-vscode-extension|snapcore\/.*|.*snapcraft.*|.*helm-push.*|.*cocoapods.*|.*hex.*publish.*|.*anaconda.*|.*conda.*/,
        input: /(npm|api|auth|registry|access)?[-_]?(token|key|password|pat|secret|credentials)/,
      },
      {
        input:
          /npm[-_]?(auth[-_]?)?(token|auth)|node[-_]auth[-_]token|pypi[-_]?(api[-_]?)?(token|password)|twine[-_]password|cargo[-_]?(registry[-_])?token|crates[-_](io[-_])?token|rubygems[-_](api[-_])?key|nuget[-_](api[-_])?(key|token)|gem[-_]host[-_]api[-_]key|(ossrh|sonatype|nexus|maven|artifactory|jfrog)[-_](password|token|api[-_]?key|access[-_]token)/,
      },
      { action: /gradle\/.*|actions\/setup-java/, input: /server-password/ },
    ],
    variables: [
      /NODE_AUTH_TOKEN|NPM_(AUTH_|PUBLISH_|ACCESS_|CONFIG_)?(TOKEN|AUTH)|NPM_CONFIG_.*(AUTHTOKEN|AUTH|PASSWORD)|npm_config_.*auth.*|YARN_(NPM_AUTH_TOKEN|AUTH_TOKEN|TOKEN)|BUN_AUTH_TOKEN/,
      /TWINE_PASSWORD|FLIT_PASSWORD|UV_PUBLISH_(TOKEN|PASSWORD)|UV_INDEX_.*PASSWORD|POETRY_(PYPI_TOKEN|HTTP_BASIC)_.*|POETRY_HTTP_BASIC_.*_PASSWORD|HATCH_INDEX_AUTH|MATURIN_(PYPI_TOKEN|PASSWORD)|PDM_PUBLISH_PASSWORD|PYPI_(API_)?(TOKEN|PASSWORD)|TEST_PYPI_.*|ANACONDA_(API_)?TOKEN|PIP_.*INDEX_URL/,
      /CARGO_REGISTRY_TOKEN|CARGO_REGISTRIES_.*_TOKEN|CRATES_(IO_)?TOKEN|GEM_HOST_API_KEY|RUBYGEMS_(API_KEY|AUTH_TOKEN)|BUNDLE_.*(COM|ORG|IO|DEV)|NUGET_(API_)?(KEY|TOKEN|AUTH_TOKEN)|HEX_API_KEY|COCOAPODS_TRUNK_TOKEN|CLOJARS_(PASSWORD|TOKEN)|VSCE_(PAT|TOKEN)|OVSX_(PAT|TOKEN)|SNAPCRAFT_(STORE_CREDENTIALS|TOKEN|LOGIN.*)|COMPOSER_AUTH|BUF_TOKEN|CLOUDSMITH_API_KEY|PACKAGECLOUD_TOKEN|FURY_(AUTH|TOKEN|PUSH_TOKEN)/,
      /ORG_GRADLE_PROJECT_(MAVENCENTRAL|SONATYPE|OSSRH|NEXUS|SIGNING_?MAVEN|REPOSITORY|ARTIFACTORY|REPO).*(PASSWORD|TOKEN|APIKEY)|(?!.*(GPG|PGP|SIGN))(OSSRH|SONATYPE|NEXUS|MAVEN|MAVEN_CENTRAL|MAVENCENTRAL|CENTRAL|ARTIFACTORY|JFROG|BINTRAY|JITPACK|GRADLE_PUBLISH)_(.*_)?(PASSWORD|PASS|TOKEN|KEY|SECRET|API_KEY|APIKEY|ACCESS_TOKEN)|JF_(ACCESS_TOKEN|PASSWORD)|JRELEASER_.*(PASSWORD|TOKEN)/,
    ],
    commands: [
      { line: /(npm|pnpm|yarn|bun) (config|publish|login|adduser|add|run publish|set)/ },
      { line: /(echo|printf|cat|npm|yarn) .*(:_authToken|:_auth=|:_password|npmAuthToken|npmAuthIdent).*/ },
      { line: /twine (upload|register)/, option: /-p|--password/ },
      {
        line: /(poetry|uv|flit|hatch|pdm|maturin|cargo|gem|dotnet|nuget|mix|pod|vsce|ovsx|anaconda|conda|snapcraft|dart|flutter|cloudsmith|jf|jfrog) .*/,
        option:
          /-p|--password|--token|-t|-k|--api-key|--apikey|-ApiKey|--pat|--access-token|--cleartext-password|--auth|-Password/,
      },
      {
        line: /poetry config (pypi-token|http-basic)|cargo login|snapcraft (login|import)|jf(rog)? (c|config) add|nuget (setApiKey|push|sources)|composer config|bundle config|pip config/,
      },
    ],
    files: [
      /.*\.(npmrc|pypirc|yarnrc(\.yml)?|cargo\/credentials(\.toml)?|gem\/credentials|m2\/settings\.xml)|.*settings\.xml|.*nuget\.config/,
    ],
    names: [
      /(?!.*(GPG|PGP|SIGN))(.*_)?(NPM|NPMJS|NODE_AUTH|YARN|PYPI|PIP|TWINE|CRATES?|CARGO|CRATES_?IO|RUBY_?GEMS?|GEM|NUGET|PUB_DEV|PUBDEV|HEX|HACKAGE|CONDA|ANACONDA|COCOAPODS|CLOJARS|OSSRH|SONATYPE|NEXUS|MAVEN|MVN|MAVEN_?CENTRAL|CENTRAL_PORTAL|ARTIFACTORY|JFROG|JF|BINTRAY|GRADLE_PUBLISH|VSCE|OVSX|OPEN_?VSX|VS_MARKETPLACE|VSCODE_MARKETPLACE|MARKETPLACE|JETBRAINS_MARKETPLACE|SNAPCRAFT|SNAP_STORE|SNAP|PACKAGIST|COMPOSER|CLOUDSMITH|PACKAGECLOUD|FURY|GEMFURY|LUAROCKS|BUF|JSR|PSGALLERY|POWERSHELL_GALLERY|CHOCO(LATEY)?|FONTAWESOME|FONT_AWESOME|REGISTRY_NPM|FEED|PACKAGES?|CURSEFORGE|MODRINTH|POETRY|MELPA|AUR|WINGET_PKG|CPAN|PAUSE)_(.*_)?(TOKEN|PASSWORD|PASS|PASSWD|PWD|KEY|APIKEY|API_KEY|API_TOKEN|AUTH|SECRET|PAT|CREDENTIALS?|LOGIN_FILE|AUTH_TOKEN|ACCESS_TOKEN)(_.*)?/,
      /NPMRC|NPM_?RC.*|MAVEN_SETTINGS.*|NUGETKEY|NPMTOKEN|PYPITOKEN/,
    ],
  },
  examples: {
    finds: [
      { step: 'run: npm publish\nenv:\n  NODE_AUTH_TOKEN: ${{ secrets.RELEASE }}' },
      { step: 'uses: pypa/gh-action-pypi-publish@release/v1\nwith:\n  password: ${{ secrets.RELEASE }}' },
      { step: 'run: cargo publish --token ${{ secrets.RELEASE }}' },
      { step: 'run: dotnet nuget push *.nupkg --api-key "$K"\nenv:\n  K: ${{ secrets.RELEASE }}' },
      { gitlab: 'twine upload -u __token__ -p "$RELEASE_TOKEN" dist/*' },
    ],
    passes: [
      { step: 'run: npm publish\nenv:\n  NODE_AUTH_TOKEN: ${{ secrets.GITHUB_TOKEN }}' },
      { step: 'uses: pypa/gh-action-pypi-publish@release/v1' },
      { gitlab: 'twine upload -u gitlab-ci-token -p "$CI_JOB_TOKEN" dist/*' },
    ],
  },
};

import type { CredentialRule } from './rule.ts';

export const containerRegistryPassword: CredentialRule = {
  id: 'EO105',
  name: 'container-registry-password',
  what: 'A password or token for a container registry.',
  severity: 'error',
  why: 'Whoever can push an image runs in every place that pulls it.',
  hint: {
    text: 'Push to ghcr.io with GITHUB_TOKEN, to ECR, Artifact Registry and ACR after an OIDC login, to Docker Hub and others with a password that the broker lends.',
    before:
      '- uses: docker/login-action@v4\n  with:\n    registry: ghcr.io\n    username: bot\n    password: ${{ secrets.CR_PAT }}',
    after:
      'permissions:\n  packages: write\nsteps:\n  - uses: docker/login-action@v4\n    with:\n      registry: ghcr.io\n      username: ${{ github.actor }}\n      password: ${{ github.token }}',
  },
  recognises: {
    inputs: [
      {
        action:
          /.*(docker|podman|buildah|registry|container|ecr|acr|gcr|ghcr|kaniko|harbor|quay|skopeo|oras|helm-oci|image|helm).*/,
        input:
          /password|(docker|registry|dockerhub|hub|container|repo|image|quay|harbor|acr|github|ghcr)?[-_]?(password|token|pat|secret)|access[-_]token/,
      },
      {
        input:
          /(docker|registry|dockerhub|docker[-_]hub|container[-_]registry|quay|harbor|acr|ghcr)[-_]?(.*[-_])?(password|token|pat|secret|auth|key)/,
      },
      { input: /docker[-_]?config([-_]?json)?|docker[-_]auth([-_]config)?/ },
    ],
    variables: [
      /(DOCKER|DOCKERHUB|DOCKER_HUB|REGISTRY|QUAY|HARBOR|ACR|GHCR|CONTAINER_REGISTRY|IMAGE_REGISTRY)_(.*_)?(PASSWORD|PASS|PASSWD|TOKEN|PAT|SECRET|ACCESS_TOKEN|API_KEY)|DOCKER_AUTH_CONFIG|DOCKER_CONFIG_JSON|CR_PAT|CRANE_PASSWORD|COSIGN_REGISTRY_PASSWORD|SKOPEO_.*PASSWORD/,
    ],
    commands: [
      {
        line: /(docker|podman|buildah|skopeo|nerdctl|img|crane auth|oras|helm registry|cosign|regctl registry|ctr|docker-compose|singularity|apptainer) .*login/,
        option: /-p|--password|--password-stdin/,
      },
      {
        line: /(docker|podman|buildah|skopeo|nerdctl|img|crane auth|oras|helm registry|cosign|regctl registry|singularity) .*login/,
        input: true,
      },
      { line: /(docker|podman) login/, word: /-p.+|.*\$\{?\w*(PASS|TOKEN|PWD|PAT|SECRET|KEY)\w*\}?.*/ },
      { line: /skopeo|podman|buildah/, option: /--(src-|dest-)?creds|--(src-|dest-)?password/ },
      { line: /kubectl create secret docker-registry/, option: /--docker-password/ },
    ],
    files: [/.*\.docker\/config\.json|.*kaniko.*config\.json/],
    fields: [
      /.*(container|services)(\..*)?\.credentials\.password|.*\.credentials\.password|.*docker.*\.auth\.password|.*image\.password/,
    ],
    names: [
      /(?!(.*_)?(?<!DOCKER_)HUB_(API_?)?KEY)(.*_)?(DOCKER|DOCKERHUB|DOCKER_?HUB|DOCKER_IO|DOCKER_REGISTRY|DH|HUB|REGISTRY|CONTAINER_REGISTRY|QUAY|QUAY_IO|HARBOR|ACR|GHCR|CR|OCIR|OCI_REGISTRY|IMAGE_REGISTRY|ICR|SWR|TCR|PODMAN|RHEL|REDHAT_REGISTRY|REGISTRY_REDHAT)(_(.*_)?)?(PASSWORD|PASS|PASSWD|PWD|PW|TOKEN|PAT|SECRET|KEY|ACCESS_TOKEN|CREDENTIALS?|ROBOT_TOKEN|AUTH|AUTH_CONFIG|CONFIG_JSON)(_.*)?/,
      /DOCKER_?CONFIG(JSON|_JSON)?(_.*)?|DOCKERCONFIGJSON/,
    ],
  },
  examples: {
    finds: [
      {
        step: 'run: skopeo copy --dest-creds "$U:$P" a b\nenv:\n  U: ${{ secrets.HUB_USERNAME }}\n  P: ${{ secrets.HUB }}',
      },

      {
        step: 'uses: docker/login-action@v4\nwith:\n  username: ${{ secrets.U }}\n  password: ${{ secrets.P }}',
      },
      { step: 'run: echo "${{ secrets.HUB }}" | docker login -u bot --password-stdin' },
      {
        job: 'runs-on: ubuntu-latest\ncontainer:\n  image: registry.example.com/ci\n  credentials:\n    username: bot\n    password: ${{ secrets.CI }}\nsteps: []',
      },
      { gitlab: 'docker login -u bot -p "$HUB_PASSWORD" registry.example.com' },
    ],
    passes: [
      {
        step: 'run: aws ecr get-login-password --region ${{ secrets.AWS_REGION }} | docker login --username AWS --password-stdin ${{ secrets.AWS_ACCOUNT }}.dkr.ecr.eu-west-1.amazonaws.com',
      },
      {
        step: 'run: skopeo copy --dest-creds "$U:${{ github.token }}" a b\nenv:\n  U: ${{ secrets.HUB_USERNAME }}',
      },

      {
        step: 'uses: docker/login-action@v4\nwith:\n  registry: ghcr.io\n  username: ${{ github.actor }}\n  password: ${{ secrets.GITHUB_TOKEN }}',
      },
      { gitlab: 'docker login -u "$CI_REGISTRY_USER" -p "$CI_REGISTRY_PASSWORD" "$CI_REGISTRY"' },
    ],
  },
};

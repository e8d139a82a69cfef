import type { CredentialRule } from './rule.ts';

export const clusterToken: CredentialRule = {
  id: 'EO109',
  name: 'cluster-token',
  what: 'A kubeconfig or a token for a cluster.',
  severity: 'error',
  why: 'A kubeconfig is often cluster-admin, without an end, and copied to every repository that deploys.',
  hint: {
    text: 'Let the cluster trust the platform’s issuer (AuthenticationConfiguration), log in to a managed cluster by the cloud’s OIDC, or let the broker lend a token of a service account for ten minutes.',
    before: '- uses: azure/k8s-set-context@v4\n  with:\n    kubeconfig: ${{ secrets.KUBECONFIG }}',
    after:
      'permissions:\n  id-token: write\nsteps:\n  - uses: aws-actions/configure-aws-credentials@v6\n    with:\n      role-to-assume: arn:aws:iam::123456789012:role/deploy\n      aws-region: eu-central-1\n  - run: aws eks update-kubeconfig --name prod',
  },
  recognises: {
    inputs: [
      {
        action: /.*(kube|k8s|kubectl|helm(?!-push).*deploy|kustomize|openshift|oc-login|rancher|okteto).*/,
        input: /(.*[-_])?(token|config|kubeconfig|certificate|password|ca|secret|data|base64.*|context)/,
      },
      {
        input:
          /kube[-_]?config([-_]?(data|file|raw|base64|b64))?|k8s[-_]?(token|secret|config|service-account.*)|openshift[-_]token|kube[-_]token|kubernetes[-_]token/,
      },
    ],
    variables: [
      /KUBE_?CONFIG(_DATA|_FILE|_CONTENT|_BASE64|_B64|_RAW|_JSON|_YAML)?|KUBE_?(TOKEN|CONFIG_DATA|CREDENTIALS|CERTIFICATE|SECRET)|KUBERNETES_(TOKEN|SERVICE_ACCOUNT_TOKEN)|K8S_(TOKEN|SECRET|AUTH_TOKEN|CONFIG|AUTH_API_KEY)|OPENSHIFT_TOKEN|OC_TOKEN/,
    ],
    commands: [
      {
        line: /kubectl config set-credentials|oc login|rancher login|okteto (context|login)/,
        option: /--token|--password|-p|-t|--client-key-data/,
      },
      { line: /(kubectl|helm|oc) .*/, option: /--token|--kube-token|--kubeconfig/ },
    ],
    files: [/.*kube\/?config.*|.*kubeconfig.*|.*\bKUBECONFIG\b.*/],
    names: [
      /(.*_)?(KUBE_?CONFIG|KUBE_CFG|K8S_?CONFIG|K3S_?CONFIG|KUBERNETES_CONFIG|KUBE_CREDENTIALS)(_.*)?/,
      /(.*_)?(KUBE|KUBERNETES|K8S|K3S|EKS|AKS|GKE|OPENSHIFT|OKD|RANCHER|OC|CLUSTER|OKTETO)_(.*_)?(TOKEN|SECRET|PASSWORD|SA_TOKEN|SERVICE_ACCOUNT_TOKEN|BEARER|BEARER_TOKEN|CERT_DATA|CLIENT_KEY|CLIENT_KEY_DATA|KEY|CONFIG)(_.*)?/,
    ],
  },
  examples: {
    finds: [
      { step: 'uses: azure/k8s-set-context@v4\nwith:\n  kubeconfig: ${{ secrets.PROD }}' },
      { step: 'run: echo "$C" | base64 -d > ~/.kube/config\nenv:\n  C: ${{ secrets.PROD }}' },
      { gitlab: 'kubectl --token "$PROD_TOKEN" apply -f app.yaml' },
    ],
    passes: [
      { step: 'run: aws eks update-kubeconfig --name ${{ secrets.CLUSTER_NAME }}' },
      { gitlab: 'kubectl apply -f app.yaml' },
    ],
  },
};

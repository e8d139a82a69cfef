/** A tool that finds its credential by itself, and what shows where a job has it from. */
export interface AmbientTool {
  readonly name: string;
  /** A command that needs the credential; matched from its beginning. */
  readonly uses: RegExp;
  /** One that does not, although it looks so. */
  readonly except?: RegExp;
  /** Kinds of secrets that it takes, by the ids of their rules. */
  readonly kinds: readonly string[];
  /** Actions, variables and commands that give it one. */
  readonly actions: RegExp;
  readonly variables: RegExp;
  readonly commands: RegExp;
  /** An ID token alone is enough for it. */
  readonly takesIdToken?: true;
}

export const ambientTools: readonly AmbientTool[] = [
  {
    name: 'aws',
    uses: /^(aws|eksctl|sam|cdk|copilot|eb|ecs-cli) /,
    except:
      /^aws (configure|help|sso login|sts assume-role)\b|^(sam (build|validate|local)|cdk (synth|init|ls|list|diff))\b|--(version|no-sign-request|help)\b|--endpoint(-url)?[= ]https?:\/\/(localhost|127\.|localstack|minio)/,
    kinds: ['EO101', 'EO110', 'EO115'],
    actions: /aws|amazon|localstack|eks/,
    variables: /^AWS_(.*_)?(KEY|KEY_ID|TOKEN|PROFILE|ROLE|ROLE_ARN|CREDENTIALS|FILE|ENDPOINT_URL)(_.*)?$/,
    commands:
      /^(aws configure|aws sso login|aws sts assume-role|aws-vault|saml2aws|gimme-aws-creds|awslocal|localstack|okta-aws)/,
  },
  {
    name: 'gcloud',
    uses: /^(gcloud|gsutil|bq) /,
    except:
      /^gcloud (auth|config|components|version|info|init|help|emulators|beta emulators)\b|--(version|help)\b/,
    kinds: ['EO102', 'EO110', 'EO115'],
    actions: /google-github-actions\/auth|gcp|gcloud.*(auth|login)/,
    variables: /^(GOOGLE_.*CREDENTIALS.*|CLOUDSDK_AUTH_.*|GCLOUD_.*KEY.*)$/,
    commands: /^gcloud auth/,
  },
  {
    name: 'az',
    uses: /^(az|azcopy) /,
    except: /^az (login|version|config|extension|bicep|cloud)\b|^azcopy login|--(version|help)\b/,
    kinds: ['EO103', 'EO110', 'EO115'],
    actions: /azure/,
    variables: /^(AZURE|ARM|AZCOPY)_.*(SECRET|CREDENTIALS|TOKEN|KEY|CONNECTION_STRING|CONFIG_DIR).*$/,
    commands: /^(az login|azd auth|azcopy login)/,
  },
  {
    name: 'kubectl',
    uses: /^(kubectl (.* )?(apply|create|delete|get|set|rollout|patch|exec|scale|replace|label|annotate|wait|run|cp|drain|config use-context)|helm (upgrade|install|uninstall|delete|rollback|list|ls|status)|helmfile (apply|sync|destroy)|oc (apply|rollout|create|set|start-build))\b/,
    // GitLab’s agent gives a context of its own to each job: `group/project:agent`.
    except: /--dry-run(=client)?\b|--client\b|use-context \S*\/\S*:\S/,
    kinds: ['EO109', 'EO101', 'EO102', 'EO103', 'EO110', 'EO115'],
    actions:
      /kube|k8s|kind|minikube|k3[ds]|[aeg]ks|openshift|cluster|rancher|configure-aws-credentials|google-github-actions|azure\/login|doctl|teleport|chart-testing/,
    variables: /^(KUBE|K8S|KUBERNETES|HELM_KUBE).*$/,
    commands:
      /^(kind (create|export)|minikube|k3d|k3s|microk8s|kubeadm|ctlptl|k0s|aws eks|gcloud container|az aks|doctl kubernetes|kubectl config (set|view)|oc (login|cluster)|tsh|rancher|setup-envtest)\b/,
  },
  {
    name: 'sonar-scanner',
    uses: /^(sonar-scanner(-cli)?|(\S*mvnw?|maven) .*sonar:sonar|\S*gradlew? .*\bsonar(qube)?\b|(dotnet )?sonarscanner begin)(?![\w-])/i,
    except: /-Dsonar\.(login|token)=|\/d:sonar\.(login|token)=|--version/i,
    kinds: ['EO114'],
    actions: /sonar/,
    variables: /SONAR.*(TOKEN|LOGIN|PASSWORD|AUTH)/,
    commands: /sonar\.(login|token)/,
  },
  {
    name: 'docker push',
    uses: /^((docker|podman|buildah|nerdctl) (image |manifest )?push|(docker buildx build|docker build) .*--push|docker[- ]compose push|crane (push|copy)|skopeo copy .*docker:\/\/|oras push|helm push)\b/,
    except: /\b(localhost|127\.0\.0\.1|kind-registry|registry):\d/,
    kinds: ['EO105', 'EO101', 'EO102', 'EO103', 'EO106', 'EO110', 'EO115'],
    actions: /login|docker|ecr|gcr|acr|registry|buildah|podman|configure-aws|google-github-actions\/auth/,
    variables: /^(DOCKER_AUTH_CONFIG|DOCKER_CONFIG|REGISTRY_AUTH_FILE)$|(DOCKER|REGISTRY).*(PASS|TOKEN)/,
    commands:
      /\blogin\b|^gcloud auth configure-docker|^docker-credential|^(echo|cat|printf|cp) .*docker\/?.*config|^aws ecr get-login/,
  },
  {
    name: 'publish',
    uses: /^((npm|pnpm|bun|lerna) publish|yarn (npm )?publish|twine upload|(cargo|poetry|uv|flit|hatch|pdm) publish|gem push)\b/,
    except: /--dry-run|--help/,
    kinds: ['EO104', 'EO106', 'EO105', 'EO115'],
    actions: /publish|login|auth|artifactory|jfrog|nexus|codeartifact|crates|rubygems/,
    variables: /TOKEN|AUTH|PASSWORD|API_KEY|CREDENTIALS/,
    commands:
      /npmrc|authToken|pypirc|^(npm|pnpm|yarn|bun) (config set|login|adduser)|^cargo login|^poetry config|--(token|password|username|api-key)\b|upload .*-p\b|^aws codeartifact|gem\/credentials/,
    takesIdToken: true,
  },
  {
    name: 'vault',
    uses: /^(vault|bao) (read|kv|write|list|secrets|token)\b/,
    except: /^(vault|bao) write (-\S+ )*auth\/\S+\/login|-address=http:\/\/(127|localhost)/,
    kinds: ['EO110'],
    actions: /vault|bao/,
    variables: /^(VAULT|BAO)_.*(TOKEN|SECRET|ROLE).*$|^VAULT_DEV.*$/,
    commands: /^(vault|bao) (login|server|write (-\S+ )*auth\/\S+\/login)/,
  },
  {
    name: 'ssh',
    uses: /^((ssh|scp|sftp|mosh) .*\S@\S|rsync .*\S@\S+:)/,
    except: /(^| )-i( |\S)|IdentityFile|\s(git|docker)@github\.com|StrictHostKeyChecking=no -T git@/,
    kinds: ['EO108', 'EO110', 'EO115'],
    actions: /ssh|rsync|teleport|tailscale/,
    variables: /SSH_AUTH_SOCK|SSH.*KEY|RSYNC_PASSWORD|SSHPASS/,
    commands:
      /^(ssh-add|ssh-agent|sshpass|ssh-keygen|step ssh|vault write .*ssh|tsh)\b|\.ssh\/(id_|.*key|config)/,
  },
];

/** What a manifest is written for. */
export interface ManifestInput {
  /** Name of each agent; on Kubernetes also the zone that it runs in. */
  readonly agents: readonly string[];
  readonly connect: string;
  readonly allow: readonly string[];
  readonly maxRate: string;
  readonly maxDuration: string;
  /** The same in seconds. */
  readonly maxDurationSeconds: number;
  /** Container image with `firebreak` as its entry point; only Kubernetes needs one. */
  readonly image: string;
}

/** How long agents may wait for their run before their job is given up, in seconds. */
const WAITING_S = 600;

/** Agents put nothing back, so all they need at the end is the time for their last uploads (10 s) and some to spare, in seconds. */
const GRACE_S = 15;

/** Where keys are, in the container and on a host. */
const KUBERNETES_KEYS = '/etc/firebreak';
const SYSTEMD_KEYS = '%d';

/**
 * One Job per zone. A job that is gone is not started again: an agent that comes back in the middle of a run has seen
 * nothing of what was before, and must not look as if it had.
 */
export function kubernetesManifest(input: ManifestInput): string {
  return input.agents.map((agent) => jobOf(agent, input)).join('---\n');
}

function jobOf(agent: string, input: ManifestInput): string {
  const args = [...argumentsOf(agent, KUBERNETES_KEYS, input), '--once'];
  return `# kubectl create secret generic firebreak-agent-${agent} --from-file=agent.key --from-file=plan.pub --from-file=nats.creds --from-file=ca.pem
apiVersion: batch/v1
kind: Job
metadata:
  generateName: firebreak-agent-${agent}-
  labels: { app.kubernetes.io/name: firebreak-agent, firebreak.dev/agent: ${agent} }
spec:
  backoffLimit: 0
  activeDeadlineSeconds: ${input.maxDurationSeconds + WAITING_S}
  ttlSecondsAfterFinished: 86400
  template:
    metadata:
      labels: { app.kubernetes.io/name: firebreak-agent, firebreak.dev/agent: ${agent} }
    spec:
      restartPolicy: Never
      terminationGracePeriodSeconds: ${GRACE_S}
      automountServiceAccountToken: false
      nodeSelector: { topology.kubernetes.io/zone: ${agent} }
      securityContext: { runAsNonRoot: true, runAsUser: 65532, fsGroup: 65532, seccompProfile: { type: RuntimeDefault } }
      containers:
        - name: agent
          image: ${JSON.stringify(input.image)}
          args:
${args.map((arg) => `            - ${JSON.stringify(arg)}\n`).join('')}          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] } }
          resources: { requests: { cpu: 250m, memory: 128Mi }, limits: { memory: 256Mi } }
          volumeMounts:
            - { name: keys, mountPath: ${KUBERNETES_KEYS}, readOnly: true }
            - { name: state, mountPath: /var/lib/firebreak }
      volumes:
        # 288 is 0440, which YAML versions read differently.
        - { name: keys, secret: { secretName: firebreak-agent-${agent}, defaultMode: 288 } }
        - { name: state, emptyDir: {} }
`;
}

/** A service that waits for drills. It comes back after a crash, and then takes no part in a run that it was in before. */
export function systemdManifest(input: ManifestInput): string {
  const [agent = ''] = input.agents;
  return `# /etc/systemd/system/firebreak-agent.service
[Unit]
Description=Firebreak agent ${agent}
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/firebreak ${argumentsOf(agent, SYSTEMD_KEYS, input).map(quoted).join(' ')}
Restart=on-failure
RestartSec=5
TimeoutStopSec=${GRACE_S}
DynamicUser=yes
StateDirectory=firebreak
LoadCredential=agent.key:/etc/firebreak/agent.key
LoadCredential=plan.pub:/etc/firebreak/plan.pub
LoadCredential=nats.creds:/etc/firebreak/nats.creds
LoadCredential=ca.pem:/etc/firebreak/ca.pem
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
CapabilityBoundingSet=
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX

[Install]
WantedBy=multi-user.target
`;
}

function argumentsOf(agent: string, keys: string, input: ManifestInput): readonly string[] {
  const connection = ['agent', '--id', agent, '--connect', input.connect];
  const files = ['--key', `${keys}/agent.key`, '--plan-key', `${keys}/plan.pub`];
  const bus = ['--bus-credentials', `${keys}/nats.creds`, '--bus-ca', `${keys}/ca.pem`];
  const hosts = input.allow.flatMap((host) => ['--allow', host]);
  const limits = ['--max-rate', input.maxRate, '--max-duration', input.maxDuration];
  return ['--state-dir', '/var/lib/firebreak', ...connection, ...files, ...bus, ...hosts, ...limits];
}

/** As systemd reads a command line: `%` and `$` stand for something, unless doubled. Keys are meant to. */
function quoted(arg: string): string {
  const plain = arg.startsWith(SYSTEMD_KEYS) ? arg : arg.replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /[\s"'\\;]/.test(plain) ? JSON.stringify(plain) : plain;
}

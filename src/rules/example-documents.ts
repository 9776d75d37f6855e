/** Texts of the documents in rule examples: real files, with only what an example is about written out. */

/** A TokenPolicy whose `spec` is the given YAML, written without indentation. */
export function policyText(name: string, spec: string): string {
  return `apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: ${name}, owner: '@team' }
spec:
${indented(spec, 2)}`;
}

export interface InventoryExample {
  /** YAML of list items, written without indentation. */
  readonly verifiers: string;
  readonly channels?: string;
  /** Members of the issuer beside its name and addresses. */
  readonly issuer?: string;
}

/** An issuer whose every delay is declared, so that predictions of examples are known. */
const ISSUER = `time_to_act: 1m
replica_convergence: 5s
jwks_http: { max_age: 0s }
access_token_lifetime: 15m`;

/** An Inventory with one environment and one issuer. */
export function inventoryText({ verifiers, channels, issuer = ISSUER }: InventoryExample): string {
  return `apiVersion: firebreak.dev/v1alpha1
kind: Inventory
metadata: { name: shop, owner: '@team' }
spec:
  environments:
    - { name: prod, class: prod, allow: [api.example.com] }
  issuers:
    - name: main
      environment: prod
      issuer: https://id.example.com
      jwks_uri: https://id.example.com/jwks
${indented(issuer, 6)}${channels === undefined ? '' : `  channels:\n${indented(channels, 4)}`}  verifiers:
${indented(verifiers, 4)}`;
}

function indented(text: string, by: number): string {
  return text
    .trim()
    .split('\n')
    .map((line) => (line === '' ? '\n' : `${' '.repeat(by)}${line}\n`))
    .join('');
}

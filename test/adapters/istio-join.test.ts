import { describe, expect, it } from 'vitest';
import { adapter } from '../../src/adapters/istio/adapter.ts';
import { joinSubjects, readConfigFile } from '../../src/adapters/read-config.ts';
import type { ConfigFact } from '../../src/model/config.ts';

const AUTHENTICATION = (place: string): string => `apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: orders${place} }
spec:
  selector: { matchLabels: { app: orders } }
  jwtRules: [{ issuer: 'https://id.example.com' }]
`;

const DEMAND = `rules: [{ from: [{ source: { requestPrincipals: ['*'] } }] }]`;

const policy = (metadata: string, spec: string): string => `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders${metadata} }
spec:
  ${spec.replaceAll('\n', '\n  ')}
`;

const SAME = 'selector: { matchLabels: { app: orders } }';

/** Whether a missing token passes, with the policies of other files. */
function missingToken(place: string, ...policies: readonly string[]): ConfigFact<boolean> | undefined {
  const files = [AUTHENTICATION(place), ...policies];
  const subjects = files.flatMap((text, index) => readConfigFile(`${index}.yaml`, text, [adapter]).subjects);
  const [verifier] = joinSubjects(subjects, [adapter]).filter(({ kind }) => kind === 'verifier');
  return verifier?.kind === 'verifier' ? verifier.facts.missingTokenAllowed : undefined;
}

describe('policies of the same workloads in several files', () => {
  it.for([
    { name: 'none', policies: [], value: true },
    { name: 'one that demands a token', policies: [policy(', namespace: shop', `${SAME}\n${DEMAND}`)], value: false },
    { name: 'one for the whole namespace', policies: [policy(', namespace: shop', DEMAND)], value: false },
    { name: 'one for the whole mesh', policies: [policy(', namespace: istio-system', DEMAND)], value: false },
    { name: 'one of another namespace', policies: [policy(', namespace: depot', DEMAND)], value: true },
    {
      name: 'one for another workload',
      policies: [policy(', namespace: shop', `selector: { matchLabels: { app: stock } }\n${DEMAND}`)],
      value: true,
    },
    {
      name: 'one that demands and one that lets everybody pass',
      policies: [policy(', namespace: shop', `${SAME}\n${DEMAND}`), policy('-open, namespace: shop', 'rules: [{}]')],
      value: true,
    },
    {
      name: 'one that refuses whoever has no token',
      policies: [
        policy(', namespace: shop', "action: DENY\nrules: [{ from: [{ source: { notRequestPrincipals: ['*'] } }] }]"),
        policy('-open, namespace: shop', 'rules: [{}]'),
      ],
      value: false,
    },
    {
      name: 'one that lets only some peers pass',
      policies: [policy(', namespace: shop', "rules: [{ from: [{ source: { namespaces: ['desk'] } }] }]")],
      value: true,
    },
  ])('$name: a missing token passes is $value', ({ policies, value }) => {
    expect(missingToken(', namespace: shop', ...policies)).toMatchObject({ value });
  });

  it('does not tell when only some of the workloads are held to one', () => {
    const narrower = policy(', namespace: shop', `selector: { matchLabels: { app: orders, tier: web } }\n${DEMAND}`);
    expect(missingToken(', namespace: shop', narrower)).toMatchObject({ origin: 'unknown' });
  });

  it('does not tell when the namespace is given on the command line for one of them', () => {
    expect(missingToken('', policy(', namespace: shop', DEMAND))).toMatchObject({ origin: 'unknown' });
  });
});

import type { Report, Rule } from '../../model/finding.ts';
import { known, reportOn } from '../config-facts.ts';
import { krakend } from '../example-configs.ts';
import { policyText } from '../example-documents.ts';

const POLICY = policyText('orders', "applies_to: { routes: ['/orders*', '/invoices*'] }");

export const rule: Rule<'route'> = {
  id: 'verifier/not-on-route',
  on: 'route',
  severity: 'error',
  securitySeverity: 8.6,
  confidence: 'certain',
  summary: 'A route that a policy protects needs no token.',
  why: 'The policy holds for whoever sends a token, and everybody else is let in. Revoking a token sends its holder to the open door.',
  fix: 'Put the verifier on the route, or take the route out of the policy.',
  sources: ['OWASP ASVS 5.0 8.2.1', 'RFC 6750 section 3'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'krakend.json': krakend({ open: '/invoices/{id}' }), 'policy.yaml': POLICY } }],
    good: [{ files: { 'krakend.json': krakend({ open: '/health' }), 'policy.yaml': POLICY } }],
  },
  *check(route, { policies }): Iterable<Report> {
    const requirement = known(route.facts.requirement);
    const paths = known(route.facts.paths);
    if (requirement === null || requirement.value === 'required' || paths === null) return;
    for (const { name, appliesTo, at } of policies) {
      if (appliesTo.routes === 'all') continue;
      const protectedPath = paths.value.find(
        (path) => appliesTo.routes !== 'all' && appliesTo.routes.some((pattern) => covers(pattern, path)),
      );
      if (protectedPath === undefined) continue;
      yield reportOn(route, 'requirement', requirement, {
        says: `serves ${protectedPath} ${requirement.value === 'none' ? 'without asking for a token' : 'with or without a token'}`,
        so: `; policy "${name}" protects it`,
        severity: 'error',
        unwritten: 'error',
        value: `${protectedPath} ${name}`,
        related: [{ at, message: `policy "${name}"` }],
      });
    }
  },
};

/** A path of a policy: exact, or a prefix when it ends in an asterisk. */
function covers(pattern: string, path: string): boolean {
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}

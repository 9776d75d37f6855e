import type { Rule } from '../../model/finding.ts';
import { known } from '../config-facts.ts';
import { KNOWN_FAULTS, isAffected } from '../vulnerable-libraries.ts';

const GO_MOD = (version: string): string => `module example.com/orders

go 1.24

require github.com/golang-jwt/jwt/v5 ${version}
`;

export const rule: Rule<'library'> = {
  id: 'verifier/vulnerable-library',
  on: 'library',
  severity: 'error',
  securitySeverity: 9.1,
  confidence: 'likely',
  summary: 'A token library has a known fault in the version that is used.',
  why: 'These faults decide which tokens are accepted: a public key taken for a secret, a key taken from the token, an audience not compared. Whether your code reaches the fault is a question for later; the update is small.',
  fix: 'Update to the version that has the fix, and try the forged token of that class against the service.',
  sources: ['RFC 8725 section 2', 'https://github.com/advisories', 'https://osv.dev'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'requirements.txt': 'PyJWT[crypto]==2.3.0\n' } },
      { files: { 'go.mod': GO_MOD('v5.2.1') }, note: 'What costs availability only is a warning.' },
    ],
    good: [{ files: { 'requirements.txt': 'PyJWT[crypto]==2.14.0\n' } }, { files: { 'go.mod': GO_MOD('v5.2.2') } }],
  },
  *check(library) {
    const ecosystem = known(library.facts.ecosystem);
    const name = known(library.facts.package);
    const version = known(library.facts.version);
    if (ecosystem === null || name === null || version === null) return;
    const isIndirect = known(library.facts.direct)?.value === false;
    for (const fault of KNOWN_FAULTS) {
      if (fault.ecosystem !== ecosystem.value || fault.package !== name.value) continue;
      if (!isAffected(fault, version.value)) continue;
      const remedy = fault.fixed === null ? 'no version has a fix' : `fixed in ${fault.fixed}`;
      yield {
        at: version.at,
        message: `${name.value} ${version.value} ${fault.what} (${fault.id}, ${remedy})${isIndirect ? '; it came with another package' : ''}`,
        severity: isIndirect && fault.severity === 'error' ? 'warning' : fault.severity,
        subject: `library ${name.value}/${fault.id}`,
        value: version.value,
      };
    }
  },
};

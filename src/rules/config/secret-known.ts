import type { Report, Rule } from '../../model/finding.ts';
import { isExample, labelOf, subjectOf } from '../config-facts.ts';
import { hydra } from '../example-configs.ts';
import { heldSecrets } from '../held-secrets.ts';

export const rule: Rule<'estate'> = {
  id: 'config/secret-known',
  on: 'estate',
  severity: 'error',
  securitySeverity: 9.6,
  confidence: 'certain',
  summary: 'A secret is one that documentation and tutorials print.',
  why: 'Attackers try these first, and trying all of them takes less than a second. What it signs or encrypts is open to everybody who read the same page.',
  fix: 'Generate a secret, keep it out of the file, and rotate what the old one protected.',
  sources: ['RFC 8725 section 3.5', 'OWASP ASVS 5.0 13.2.3'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'hydra.yml': hydra('ttl: { access_token: 10m }', 'youReallyNeedToChangeThis') } }],
    good: [{ files: { 'hydra.yml': hydra('ttl: { access_token: 10m }') } }],
  },
  *check({ configs }): Iterable<Report> {
    for (const { config, secret } of heldSecrets(
      configs.filter((config) => !isExample(config)),
      ({ secret: { wellKnown } }) => wellKnown !== null,
    )) {
      const { kind, origin, wellKnown, digest, at } = secret;
      yield {
        at,
        message: `${labelOf(config)} has a secret (${kind}) that everybody knows: ${wellKnown}${origin === 'fallback' ? ', used where the environment sets none' : ''}`,
        subject: subjectOf(config, `secrets[${kind}]`),
        value: digest,
      };
    }
  },
};

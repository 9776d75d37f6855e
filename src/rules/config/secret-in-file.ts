import type { ConfigSecret } from '../../model/config.ts';
import type { Report, Rule, Severity } from '../../model/finding.ts';
import { isExample, isForDevelopment, labelOf, subjectOf } from '../config-facts.ts';
import { dex } from '../example-configs.ts';
import { heldSecrets } from '../held-secrets.ts';

/** A signing secret makes tokens; the others open one door. */
const SEVERITY: Readonly<Record<ConfigSecret['kind'], Severity>> = {
  'private-key': 'error',
  hmac: 'error',
  client: 'warning',
  cookie: 'warning',
  decryption: 'warning',
  admin: 'warning',
};

const WORDS: Readonly<Record<ConfigSecret['kind'], string>> = {
  'private-key': 'a private signing key',
  hmac: 'the secret that tokens are signed with',
  client: 'a client secret',
  cookie: 'the secret of its cookies',
  decryption: 'a private key that decrypts what is sent to it',
  admin: 'an administrative secret',
};

export const rule: Rule<'estate'> = {
  id: 'config/secret-in-file',
  on: 'estate',
  severity: 'error',
  securitySeverity: 8.2,
  confidence: 'certain',
  summary: 'A secret stands in a configuration file.',
  why: 'Everybody who can read the repository, its copies and its backups has it, and history keeps it after it was removed. With a signing secret they mint any token.',
  fix: 'Take it from a secret store or the environment, and replace it: what was committed has leaked.',
  sources: ['OWASP ASVS 5.0 13.3.1', 'RFC 8725 section 3.5'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'dex.yaml': dex({
            clients:
              "- { id: web, name: Web, secret: k2Vq8Xw4Rz7Tn3Lp, redirectURIs: ['https://shop.example.com/callback'] }",
          }),
        },
      },
    ],
    good: [{ files: { 'dex.yaml': dex() } }],
  },
  *check({ configs }): Iterable<Report> {
    const deployed = configs.filter((config) => !isForDevelopment(config));
    // That everybody knows it is told by another rule.
    for (const { config, secret } of heldSecrets(deployed, ({ secret: { wellKnown } }) => wellKnown === null)) {
      const { kind, origin, digest, at } = secret;
      yield {
        at,
        message: `${labelOf(config)} has ${WORDS[kind]} in the file${origin === 'fallback' ? ', as a default for where the environment sets none' : ''}`,
        severity: origin === 'fallback' || isExample(config) ? 'warning' : SEVERITY[kind],
        subject: subjectOf(config, `secrets[${kind}]`),
        value: digest,
      };
    }
  },
};

import type { Report, Rule } from '../../model/finding.ts';
import { isForDevelopment, isLoopback, known, reportOn } from '../config-facts.ts';
import { dex } from '../example-configs.ts';

const CLIENT = (redirect: string): string =>
  `- { id: web, name: Web, secretEnv: WEB_SECRET, redirectURIs: ['${redirect}'] }`;

export const rule: Rule<'client'> = {
  id: 'client/redirect-uri-loose',
  on: 'client',
  severity: 'error',
  securitySeverity: 6.8,
  confidence: 'certain',
  summary: 'Codes of a client may be sent to an address that somebody else can have or read.',
  why: 'A wildcard lets an attacker name his own page and receive the code. Plain HTTP lets everybody on the way read it.',
  fix: 'List the exact https addresses; loopback addresses are for native applications.',
  sources: ['RFC 9700 section 2.1', 'RFC 9700 section 4.1', 'RFC 8252 section 7.3'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'dex.yaml': dex({ clients: CLIENT('https://*.example.com/callback') }) } },
      {
        files: { 'dex.yaml': dex({ clients: CLIENT('https://shop.example.com/*') }) },
        note: 'Where only the path is open, it is a warning: the code stays on the host, but any page of it may get it.',
      },
      {
        files: { 'dex.yaml': dex({ clients: CLIENT('http://shop.example.com/callback') }) },
        note: 'Plain HTTP is a warning.',
      },
    ],
    good: [{ files: { 'dex.yaml': dex() } }],
  },
  *check(client): Iterable<Report> {
    const fact = known(client.facts.redirectUris);
    if (fact === null || isForDevelopment(client)) return;
    const wild = fact.value.filter((uri) => uri.includes('*') && !isLoopback(uri));
    const plain = fact.value.filter((uri) => /^http:/i.test(uri) && !isLoopback(uri) && hasFixedHost(uri));
    for (const [uris, says, severity] of [
      [wild.filter((uri) => !hasFixedHost(uri)), 'takes any address that matches', 'error'],
      [wild.filter(hasFixedHost), 'takes any path that matches', 'warning'],
      [plain, 'receives codes without TLS at', 'warning'],
    ] as const) {
      if (uris.length === 0) continue;
      yield reportOn(client, 'redirectUris', fact, {
        says: `${says} ${uris.join(', ')}`,
        severity,
        value: [...uris].sort().join(' '),
      });
    }
  },
};

/** Whether a wildcard, if any, stands behind the host: in a path, or in an address of a native application. */
function hasFixedHost(uri: string): boolean {
  const before = uri.split('*', 1)[0] ?? '';
  return before === uri || /^(?:https?:\/\/[^/?#]+)?\/(?!\/)|^(?!https?:)[a-z][a-z\d+.-]*:/i.test(before);
}

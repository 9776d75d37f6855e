import type { Rule } from '../../model/finding.ts';
import { policyText } from '../example-documents.ts';
import { ownWords } from '../policy-facts.ts';

const SPEC = (cidrs: string): string =>
  policyText('orders', `tokens:\n  access_token:\n    binding:\n      accept: [ip]\n      ip: { cidrs: [${cidrs}] }`);

/** A shorter prefix holds the customers of several providers (RFC 7020: registries hand out /8 and /12 at most). */
const SHORTEST = { v4: 8, v6: 32 } as const;

export const rule: Rule<'policy'> = {
  id: 'binding/ip',
  on: 'policy',
  severity: 'warning',
  securitySeverity: 4.8,
  confidence: 'certain',
  summary: 'Tokens are bound to a range of addresses that binds nothing.',
  why: 'A range that holds a large share of the Internet also holds the thief. The policy then looks stricter than plain bearer tokens and is not.',
  fix: 'Name the networks that clients really come from, or bind tokens to keys.',
  sources: ['RFC 4632 section 3.1', 'RFC 9700 section 2.2'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'policy.yaml': SPEC('"0.0.0.0/0"') } }],
    good: [{ files: { 'policy.yaml': SPEC('192.0.2.0/24') } }],
  },
  *check(policy) {
    const cidrs = policy.tokens.access_token?.ipCidrs;
    if (cidrs === undefined) return;
    for (const { word, at } of ownWords(cidrs, policy)) {
      const length = Number(/\/(\d+)$/.exec(word)?.[1] ?? Number.NaN);
      if (!(length < (word.includes(':') ? SHORTEST.v6 : SHORTEST.v4))) continue;
      yield {
        at,
        message: `the range ${word} of policy "${policy.name}" binds tokens to hardly anything`,
        subject: `policy ${policy.name}/tokens.access_token.binding.ip.cidrs`,
        value: word,
      };
    }
  },
};

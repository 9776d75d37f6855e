import type { Rule } from '../../model/finding.ts';
import { remarkRule } from '../remark-rule.ts';

const PROXY = (rest: string): string => `provider = "oidc"
oidc_issuer_url = "https://id.example.com/realms/shop"
client_id = "shop"
client_secret_file = "/run/secrets/client"
cookie_secret_file = "/run/secrets/cookie"
cookie_expire = "8h"
cookie_refresh = "5m"
email_domains = ["example.com"]
${rest}`;

export const rule: Rule<'estate'> = remarkRule('insecure-setting', {
  id: 'config/insecure-setting',
  severity: 'warning',
  securitySeverity: 5.4,
  confidence: 'certain',
  summary: 'A switch of the product takes away a protection that tokens or sessions rely on.',
  why: 'Such switches are for trying things out, and stay. A session cookie that is sent in the clear, or an e-mail address that nobody checked, gives an attacker what a leaked token would.',
  fix: 'Leave the switch at its default; where development needs it, set it in an overlay of development.',
  sources: ['OWASP ASVS 5.0 chapter V13', 'RFC 9700 section 2.6'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'oauth2-proxy.cfg': PROXY('cookie_secure = false\n') } }],
    good: [{ files: { 'oauth2-proxy.cfg': PROXY('') } }],
  },
});

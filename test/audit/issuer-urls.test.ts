import { describe, expect, it } from 'vitest';
import { historyFileName, wellKnownUrls } from '../../src/audit/issuer-urls.ts';

describe('wellKnownUrls', () => {
  it.each([
    {
      issuer: 'https://id.example.com',
      urls: [
        'https://id.example.com/.well-known/openid-configuration',
        'https://id.example.com/.well-known/oauth-authorization-server',
      ],
    },
    {
      issuer: 'https://id.example.com/',
      urls: [
        'https://id.example.com/.well-known/openid-configuration',
        'https://id.example.com/.well-known/oauth-authorization-server',
      ],
    },
    {
      issuer: 'https://id.example.com/realms/acme',
      urls: [
        'https://id.example.com/realms/acme/.well-known/openid-configuration',
        'https://id.example.com/.well-known/openid-configuration/realms/acme',
        'https://id.example.com/.well-known/oauth-authorization-server/realms/acme',
        'https://id.example.com/realms/acme/.well-known/oauth-authorization-server',
      ],
    },
  ])('of $issuer', ({ issuer, urls }) => {
    expect(wellKnownUrls(issuer).map(({ url }) => url)).toEqual(urls);
  });
});

describe('historyFileName', () => {
  it.each([
    ['https://id.example.com', 'id.example.com.ndjson'],
    ['https://id.example.com:8443/realms/acme/', 'id.example.com_8443_realms_acme.ndjson'],
    ['https://[2001:db8::1]/a', '2001-db8--1_a.ndjson'],
    ['https://id.example.com/../../etc/passwd', 'id.example.com_etc_passwd.ndjson'],
    ['https://id.example.com/%2e%2e%2fx', 'id.example.com_-2e-2e-2fx.ndjson'],
  ])('of %s is %s', (issuer, name) => {
    expect(historyFileName(issuer)).toBe(name);
  });
});

import { describe, expect, it } from 'vitest';
import type { TokenPolicySpec } from '../../src/model/policy.ts';
import { meetPolicies } from '../../src/policy/meet-effective.ts';
import { policyDocument, resolved } from './documents.ts';
import { resolvePolicies } from '../../src/policy/resolve.ts';

const access = (
  issued: NonNullable<TokenPolicySpec['issuance']>['access_token'],
  tokens?: TokenPolicySpec['tokens'],
) => ({
  ...(tokens === undefined ? {} : { tokens }),
  issuance: { access_token: issued ?? {} },
});

describe('issuance', () => {
  it('is nothing where nobody speaks of it', () => {
    const policy = resolved('p', [policyDocument('p', { tokens: { access_token: {} } })]);
    expect(policy.issuance).toEqual({});
  });

  it('leaves the digest of policies alone that do not speak of it, and changes it otherwise', () => {
    const limits = { tokens: { access_token: { audiences: ['orders'] } } };
    const plain = resolved('p', [policyDocument('p', limits)]);
    const minted = resolved('p', [policyDocument('p', { ...limits, ...access({ algorithms: ['ES256'] }) })]);
    // Known from before issuance could be written.
    expect(plain.digest).toBe('0c15e4fbd277695ef680cfa056dc4954d04791201ba8bc8e4db88bad619bc3eb');
    expect(minted.digest).not.toBe(plain.digest);
  });

  it('is the meet of the chain, and what is accepted where nobody says', () => {
    const documents = [
      policyDocument(
        'base',
        access({ algorithms: ['ES256', 'EdDSA'], lifetime: { max: '10m' }, required_claims: ['jti'] }),
      ),
      policyDocument('leaf', {
        extends: ['base'],
        ...access(
          { algorithms: ['Ed448'], lifetime: { max: '5m' }, required_claims: ['jti', 'sid'] },
          { access_token: { typ: ['JWT'], lifetime: { max: '1h' } } },
        ),
      }),
    ];
    const { issuance, tokens } = resolved('leaf', documents);
    expect(issuance.access_token?.algorithms.value).toEqual(['Ed448']);
    expect(issuance.access_token?.maxLifetime.value).toBe(300_000);
    expect(issuance.access_token?.maxLifetime.contributions.map(({ policy }) => policy)).toEqual(['base', 'leaf']);
    expect(issuance.access_token?.requiredClaims.value).toEqual(['jti', 'sid']);
    expect(issuance.access_token?.typ).toMatchObject({ value: ['jwt'], origin: 'derived', contributions: [] });
    // It accepts nothing and refuses nothing.
    expect(tokens.access_token?.maxLifetime.value).toBe(3_600_000);
  });

  it('is refused where it is wider than that of a base, and where nothing is left', () => {
    const problems = (own: NonNullable<TokenPolicySpec['issuance']>['access_token']) =>
      resolvePolicies([
        policyDocument('base', access({ algorithms: ['ES256'] })),
        policyDocument('leaf', { extends: ['base'], ...access(own) }),
      ]).problems.map(({ message }) => message.replace(/ \(.*?\)/g, ''));
    expect(problems({ algorithms: ['ES256', 'RS256'] })).toEqual([
      'overlay "leaf" loosens issuance.access_token.algorithms from ES256 to ES256, RS256',
    ]);
    expect(problems({ algorithms: [] })).toEqual([
      'issuers can mint nothing: issuance.access_token.algorithms of TokenPolicy "leaf" is empty, "base" says ES256, "leaf" says an empty list',
    ]);
  });

  it('is that of the policy that speaks of it, where several apply', () => {
    const one = resolved('one', [policyDocument('one', { tokens: { access_token: { lifetime: { max: '5m' } } } })]);
    const other = resolved('other', [
      policyDocument('other', access({ algorithms: ['ES256'] }, { access_token: { lifetime: { max: '1h' } } })),
    ]);
    const { issuance } = meetPolicies([one, other]) ?? {};
    expect(issuance?.access_token?.algorithms.value).toEqual(['ES256']);
    expect(issuance?.access_token?.maxLifetime.value).toBe(300_000);
  });
});

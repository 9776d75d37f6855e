import { describe, expect, it } from 'vitest';
import { attribute } from '../../src/drill/attribution.ts';
import { classifyAnswer, classifyFailure } from '../../src/drill/classify.ts';
import type { Probe } from '../../src/model/drill.ts';

const answer = (
  status: number,
  headers: Record<string, string> = {},
  body = '',
): Parameters<typeof classifyAnswer>[0] => ({ status, headers, body, sent: 0, received: 1 });
const challenge = (value: string): Record<string, string> => ({ 'www-authenticate': value });

describe('classifyAnswer', () => {
  it.for([
    { name: 'a clean yes', given: answer(200, { 'content-type': 'application/json' }), is: 'accept ok' },
    { name: 'no content', given: answer(204), is: 'accept ok' },
    {
      name: 'an invalid token',
      given: answer(401, challenge('Bearer error="invalid_token"')),
      is: 'reject invalid-token',
    },
    { name: 'a bare 401', given: answer(401), is: 'reject unauthorized' },
    {
      name: 'natural expiry',
      given: answer(401, challenge('Bearer error="invalid_token", error_description="The token expired"')),
      is: 'unknown expired',
    },
    {
      name: 'expiry told in the body',
      given: answer(401, {}, '{"error_description":"jwt expired"}'),
      is: 'unknown expired',
    },
    { name: 'a wanted nonce', given: answer(401, challenge('DPoP error="use_dpop_nonce"')), is: 'unknown nonce' },
    {
      name: 'a log-in page',
      given: answer(200, { 'content-type': 'text/html' }, '<html>'),
      is: 'unknown intermediary',
    },
    { name: 'an answer of a cache', given: answer(200, { age: '12' }), is: 'unknown cached' },
    { name: 'a redirect', given: answer(302), is: 'unknown redirect' },
    { name: 'a 403', given: answer(403), is: 'unknown forbidden' },
    { name: 'throttling', given: answer(429), is: 'unknown throttled' },
    { name: 'an outage', given: answer(503), is: 'unknown server' },
    { name: 'a crash', given: answer(500), is: 'unknown server' },
    { name: 'a wrong route', given: answer(404), is: 'unknown status-404' },
  ])('calls $name $is', ({ given, is }) => {
    const { verdict, reason } = classifyAnswer(given);
    expect(`${verdict} ${reason}`).toBe(is);
  });

  it.for([
    'dns',
    'refused',
    'reset',
    'timeout',
    'tls',
    'certificate-refused',
    'protocol',
    'aborted',
    'not-allowed',
  ] as const)('never takes %s for a refusal', (kind) => {
    expect(classifyFailure(kind)).toEqual({ verdict: 'unknown', reason: kind });
  });
});

describe('attribute', () => {
  const probe = (role: Probe['role'], received: number, verdict: Probe['verdict']): Probe => ({
    arm: 'quiet',
    unit: 'u',
    credential: role,
    role,
    due: received - 1,
    sent: received - 1,
    received,
    verdict,
    reason: '',
    status: null,
    phase: 'observe',
  });
  const interval = { lower: 90, upper: 100 };

  it.for([
    {
      name: 'a revocation when control and bystander go on',
      probes: [probe('control', 101, 'accept'), probe('bystander', 99, 'accept')],
      is: 'revocation',
    },
    {
      name: 'collateral when a bystander falls at the same moment',
      probes: [probe('control', 101, 'accept'), probe('bystander', 99, 'reject')],
      is: 'collateral',
    },
    {
      name: 'unattributed when the neighbours are unknown',
      probes: [probe('control', 101, 'unknown')],
      is: 'unattributed',
    },
    {
      name: 'judged by the nearest probe, not by an earlier one',
      probes: [probe('control', 20, 'reject'), probe('control', 101, 'accept')],
      is: 'revocation',
    },
  ] as const)('calls it $is: $name', ({ probes, is }) => {
    expect(attribute(interval, probes)).toBe(is);
  });
});

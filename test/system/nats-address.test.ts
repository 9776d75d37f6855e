import { describe, expect, it } from 'vitest';
import { natsAddress } from '../../src/system/nats-address.ts';

const credentials = { reveal: () => 'user:password' };

describe('the address of a NATS server', () => {
  it.for([
    ['nats://127.0.0.1:4222', { server: '127.0.0.1:4222', tls: false }],
    ['nats://127.9.9.9', { server: '127.9.9.9:4222', tls: false }],
    ['nats://localhost:1', { server: 'localhost:1', tls: false }],
    ['nats://[::1]:4222', { server: '[::1]:4222', tls: false }],
    ['tls://localhost:4222', { server: 'localhost:4222', tls: true }],
  ] as const)('takes %s on this machine', ([url, expected]) => {
    expect(natsAddress({ url, credentials: null, ca: null })).toEqual(expected);
  });

  it.for([
    'nats://192.0.2.1:4222',
    'nats://nats.example.com',
    'nats://localhost.example.com',
    'nats://127.0.0.1.example.com',
    'nats://[2001:db8::1]:4222',
  ])('refuses %s: plain text off this machine', (url) => {
    expect(() => natsAddress({ url, credentials, ca: null })).toThrow(/would be spoken to in plain text$/);
  });

  it('refuses to go without credentials off this machine', () => {
    const url = 'tls://nats.example.com';
    expect(() => natsAddress({ url, credentials: null, ca: null })).toThrow(/without credentials$/);
    expect(natsAddress({ url, credentials, ca: null })).toEqual({ server: 'nats.example.com:4222', tls: true });
  });

  it.for(['tls://192.0.2.1:4222', 'tls://127.0.0.1', 'tls://[2001:db8::1]'])(
    'refuses %s: nobody would check its certificate',
    (url) => {
      expect(() => natsAddress({ url, credentials, ca: null })).toThrow(/names only, not for addresses$/);
    },
  );

  it.for(['http://127.0.0.1', 'nats:', '127.0.0.1:4222', ''])('refuses "%s", which is no address of one', (url) => {
    expect(() => natsAddress({ url, credentials, ca: null })).toThrow(/is no address of a NATS server$/);
  });

  it('does not repeat credentials that stand in an address', () => {
    expect(() => natsAddress({ url: 'nats://me:geheim@127.0.0.1', credentials, ca: null })).toThrow(
      /^nats:\/\/127\.0\.0\.1: credentials do not belong in an address$/,
    );
  });
});

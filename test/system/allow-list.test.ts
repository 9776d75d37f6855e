import { describe, expect, it } from 'vitest';
import { readAllowList } from '../../src/system/allow-list.ts';

describe('readAllowList', () => {
  it.for([
    { entries: ['127.0.0.0/8'], host: '127.0.0.1', address: '127.0.0.1', allowed: true },
    { entries: ['127.0.0.0/8'], host: '128.0.0.1', address: '128.0.0.1', allowed: false },
    { entries: ['127.0.0.0/8'], host: 'localhost', address: '127.0.0.1', allowed: true },
    { entries: ['::1/128'], host: '[::1]', address: '::1', allowed: true },
    { entries: ['api.example.com'], host: 'api.example.com', address: '203.0.113.7', allowed: true },
    { entries: ['api.example.com'], host: 'API.example.com', address: '203.0.113.7', allowed: true },
    { entries: ['api.example.com'], host: 'evil.example.com', address: '203.0.113.7', allowed: false },
    { entries: ['*.example.com'], host: 'a.b.example.com', address: '203.0.113.7', allowed: true },
    { entries: ['*.example.com'], host: 'example.com', address: '203.0.113.7', allowed: false },
    { entries: ['*.example.com'], host: 'notexample.com', address: '203.0.113.7', allowed: false },
    { entries: ['10.40.0.0/16'], host: 'orders.example.com', address: '10.40.1.7', allowed: true },
    { entries: ['10.40.0.0/16'], host: 'orders.example.com', address: '10.41.1.7', allowed: false },
    { entries: ['10.40.1.7'], host: '10.40.1.7', address: '10.40.1.7', allowed: true },
    { entries: [], host: '127.0.0.1', address: '127.0.0.1', allowed: false },
  ])('$entries: $host at $address is allowed: $allowed', ({ entries, host, address, allowed }) => {
    const list = readAllowList(entries);
    expect(list.allowsHost(host) && list.allowsAddress(address, host)).toBe(allowed);
  });

  it('never lets a listed name lead to this machine', () => {
    const list = readAllowList(['api.example.com']);
    expect(list.allowsAddress('127.0.0.1', 'api.example.com')).toBe(false);
    expect(list.allowsAddress('::1', 'api.example.com')).toBe(false);
  });

  it.for(['169.254.169.254', 'fe80::1', '0.0.0.0'])('never allows %s, even when a network names it', (address) => {
    expect(readAllowList(['0.0.0.0/0', '::/0']).allowsAddress(address, address)).toBe(false);
  });
});

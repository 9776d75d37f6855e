import { BlockList, isIP } from 'node:net';
import type { BusPlace } from '../model/bus.ts';
import { UserError } from '../model/failure.ts';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Port that NATS servers listen on unless told otherwise. */
const DEFAULT_PORT = '4222';

/**
 * Where to connect. Off this machine nothing is said in plain text and nothing without credentials: the client insists on
 * TLS even when the server would go without.
 *
 * @throws UserError usage/bad-argument for what is no such address, agent/insecure
 */
export function natsAddress({ url, credentials }: BusPlace): { readonly server: string; readonly tls: boolean } {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || (parsed.protocol !== 'nats:' && parsed.protocol !== 'tls:') || parsed.hostname === '')
    throw new UserError(
      'usage/bad-argument',
      `"${parsed === null ? url : withoutUser(parsed)}" is no address of a NATS server`,
      {
        hint: 'write tls://HOST:4222, or nats://127.0.0.1:4222 on this machine',
      },
    );
  if (parsed.username !== '' || parsed.password !== '')
    throw new UserError('usage/bad-argument', `${withoutUser(parsed)}: credentials do not belong in an address`, {
      hint: 'put them in a file and name it with --bus-credentials',
    });
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  const tls = parsed.protocol === 'tls:';
  if (!isLoopback(host)) {
    if (!tls)
      throw new UserError('agent/insecure', `${url} is not on this machine and would be spoken to in plain text`, {
        hint: `tls://${parsed.host}`,
      });
    if (credentials === null)
      throw new UserError(
        'agent/insecure',
        `${url} is not on this machine and would be spoken to without credentials`,
        {
          hint: 'name a file with --bus-credentials: a .creds file of NATS, USER:PASSWORD, or a token',
        },
      );
  }
  if (tls && isIP(host) !== 0)
    throw new UserError('agent/insecure', `${url}: the client checks certificates for names only, not for addresses`, {
      hint: 'write the name that the certificate of the server was made for',
    });
  return { server: `${parsed.hostname}:${parsed.port === '' ? DEFAULT_PORT : parsed.port}`, tls };
}

/** A name is resolved by somebody else, so only `localhost` (RFC 6761 section 6.3) and literals count. */
function isLoopback(host: string): boolean {
  const family = isIP(host);
  return family === 0 ? host.toLowerCase() === 'localhost' : loopback.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

function withoutUser(url: URL): string {
  return `${url.protocol}//${url.host}`;
}

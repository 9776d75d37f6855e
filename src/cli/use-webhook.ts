/** Tells further uses of a leaked credential to a service, beside the log that is followed and never in its way. */
import type { Incident } from '../model/incident.ts';
import { showLeaked } from '../model/incident.ts';
import { UserError } from '../model/failure.ts';
import { HttpFailure } from '../model/ports.ts';
import type { ScopeUse } from '../model/incident-scope.ts';
import { useWords } from '../report/incident-scope.ts';
import { createHttp } from '../system/http.ts';
import { systemClock } from '../system/clock.ts';
import { readSecret } from '../system/secrets.ts';

export interface UseWebhook {
  /** Returns at once; the use is sent when its turn comes. */
  readonly tell: (use: ScopeUse) => void;
  /** Sends what still waits, for a few seconds at the most. @returns uses that did not arrive */
  readonly end: () => Promise<number>;
}

export interface WebhookOptions {
  readonly url: URL;
  /** Hosts that may be reached, as in `allow` of an environment. */
  readonly allow: readonly string[];
  readonly incident: Incident;
  readonly warn: (message: string) => void;
}

/** Uses that wait to be sent; more are counted and told in the next message. */
const MOST_WAITING = 1000;

/** Uses in one message. */
const MOST_TOLD = 50;

const TRIES = 5;
const TIMEOUT_MS = 5000;

/** Before the second try, in milliseconds; twice as long before each further one. */
const FIRST_PAUSE_MS = 500;

/** Longest wait at the end, in milliseconds. */
const LAST_WAIT_MS = 5000;

/**
 * Reads `--webhook`: an address, or `env:NAME` of a variable that holds one, for addresses that are secrets themselves.
 *
 * @throws UserError usage/bad-argument, secret/missing; never with the address in it
 */
export async function readWebhookUrl(value: string, env: Readonly<Record<string, string | undefined>>): Promise<URL> {
  const name = /^env:([A-Za-z_]\w*)$/.exec(value)?.[1];
  const text = name === undefined ? value : (await readSecret({ env: name }, env)).reveal();
  const url = URL.canParse(text) ? new URL(text) : null;
  const isLocal = url !== null && /^(?:127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url !== null && url.username === '' && url.password === '') {
    if (url.protocol === 'https:' || (url.protocol === 'http:' && isLocal)) return url;
  }
  throw new UserError('usage/bad-argument', '--webhook is no https address without credentials', {
    hint: 'write --webhook https://HOST/PATH --allow HOST, or --webhook env:NAME; http is for 127.0.0.1 only',
  });
}

export function createUseWebhook({ url, allow, incident, warn }: WebhookOptions): UseWebhook {
  const http = createHttp(allow);
  const stop = new AbortController();
  let waiting: ScopeUse[] = [];
  let leftOut = 0;
  let lost = 0;
  let sending: Promise<void> | null = null;

  /** Why a message did not arrive; null when it did. */
  const post = async (body: string): Promise<{ readonly why: string; readonly isFinal: boolean } | null> => {
    const headers = { 'content-type': 'application/json', 'user-agent': 'firebreak' };
    try {
      const sent = {
        url: url.href,
        method: 'POST' as const,
        headers,
        body,
        timeoutMs: TIMEOUT_MS,
        signal: stop.signal,
      };
      const { status } = await http.send(sent);
      if (status >= 200 && status <= 299) return null;
      // Whoever says that the message is wrong will not like it better later (RFC 9110 section 15.5).
      return { why: `answered ${status}`, isFinal: status < 500 && status !== 429 && status !== 408 };
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error;
      if (error.kind === 'not-allowed') return { why: 'is not allowed: name it with --allow', isFinal: true };
      return { why: `did not answer: ${error.kind}`, isFinal: false };
    }
  };

  const deliver = async (uses: readonly ScopeUse[], more: number): Promise<void> => {
    const body = messageOf(incident, uses, more);
    let pause = FIRST_PAUSE_MS;
    for (let attempt = 1; !stop.signal.aborted; attempt += 1) {
      const failure = await post(body);
      if (failure === null) return;
      if (failure.isFinal || attempt === TRIES) {
        warn(`warning: ${url.host} ${failure.why}; ${uses.length + more} uses were not told to it\n`);
        break;
      }
      await systemClock.sleepUntil(systemClock.monotonic() + pause, stop.signal).catch(() => undefined);
      pause *= 2;
    }
    lost += uses.length + more;
  };

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      const uses = waiting.slice(0, MOST_TOLD);
      waiting = waiting.slice(MOST_TOLD);
      const more = leftOut;
      leftOut = 0;
      await deliver(uses, more);
    }
    sending = null;
  };

  return {
    tell: (use) => {
      if (waiting.length >= MOST_WAITING) leftOut += 1;
      else waiting.push(use);
      sending ??= run();
    },
    end: async () => {
      const timer = setTimeout(() => stop.abort(), LAST_WAIT_MS);
      await sending;
      clearTimeout(timer);
      return lost + waiting.length + leftOut;
    },
  };
}

/** What is told: where and when, never what would let anybody act as somebody (sessions) or say who a user is. */
function messageOf(incident: Incident, uses: readonly ScopeUse[], leftOut: number): string {
  const count = uses.length + leftOut;
  const [first] = uses;
  const example = first === undefined ? '' : `: ${useWords(first)}`;
  return JSON.stringify({
    text: `${incident.name}: ${showLeaked(incident.leaked)} was used again, ${count} ${count === 1 ? 'use' : 'uses'}${example}`,
    incident: incident.name,
    leaked: showLeaked(incident.leaked),
    uses: uses.map((use) => ({
      time: use.time === null ? null : new Date(use.time).toISOString(),
      file: use.file,
      line: use.line,
      count: use.count,
      link: use.link,
      derived: use.isDerived,
      decision: use.decision,
      ip: use.ip,
      network: use.network,
      user_agent: use.userAgent,
      target: use.target,
      route: use.route,
      method: use.method,
      status: use.status,
      client_id: use.clientId,
      token_hash: use.tokenHash,
    })),
    left_out: leftOut,
  });
}

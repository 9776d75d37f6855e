import { randomBytes } from 'node:crypto';
import type { DrillResult } from '../model/drill.ts';
import { UserError } from '../model/failure.ts';
import { HttpFailure } from '../model/ports.ts';
import { drillOtlp } from '../report/drill-otlp.ts';
import { createHttp } from '../system/http.ts';

/** Longest wait for a collector, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** Reads `--otlp`: the base address of a collector. @throws UserError usage/bad-argument */
export function readOtlpUrl(value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw new UserError('usage/bad-argument', '--otlp is no http or https address without credentials', {
      hint: 'write the base address of the collector: http://collector:4318',
    });
  return url;
}

/**
 * Sends the run to a collector, only when the environment's allow-list names it. A run that cannot be sent keeps its
 * verdict.
 *
 * @returns why nothing arrived; null when everything did
 */
export async function sendOtlp(result: DrillResult, base: URL, allow: readonly string[]): Promise<string | null> {
  const http = createHttp(allow);
  const prefix = base.href.replace(/\/+$/, '');
  for (const { path, body } of drillOtlp(result, randomBytes(16).toString('hex'))) {
    try {
      const { status } = await http.send({
        url: `${prefix}${path}`,
        method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': result.tool },
        body,
        timeoutMs: TIMEOUT_MS,
      });
      if (status < 200 || status > 299) return `${base.host}${path} answered ${status}`;
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error;
      return error.kind === 'not-allowed'
        ? `${base.host} is not in allow of the environment`
        : `${base.host} did not answer: ${error.kind}`;
    }
  }
  return null;
}

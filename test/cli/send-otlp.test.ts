import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readOtlpUrl, sendOtlp } from '../../src/cli/send-otlp.ts';
import { drillResult, stoppedResult } from '../report/drill-fixture.ts';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code: number };
}

interface Traces {
  readonly resourceSpans: readonly [{ readonly scopeSpans: readonly [{ readonly spans: readonly Span[] }] }];
}

describe('sending a run as OTLP', () => {
  const bodies: { path: string; type: string | undefined; text: string }[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    request.on('end', () => {
      bodies.push({ path: request.url ?? '', type: request.headers['content-type'], text });
      response.writeHead(status).end('{}');
    });
  });
  const base = (): URL => readOtlpUrl(`http://127.0.0.1:${(server.address() as AddressInfo).port}/otel/`);

  beforeAll(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)));
  beforeEach(() => {
    bodies.length = 0;
    status = 200;
  });
  afterAll(() => new Promise((done) => server.close(done)));

  it('sends a trace of run, arms and units, and the intervals as gauges', async () => {
    const result = drillResult();
    expect(await sendOtlp(result, base(), ['127.0.0.0/8'])).toBeNull();
    expect(bodies.map(({ path, type }) => [path, type])).toEqual([
      ['/otel/v1/traces', 'application/json'],
      ['/otel/v1/metrics', 'application/json'],
    ]);
    const { spans } = (JSON.parse(bodies[0]?.text ?? '') as Traces).resourceSpans[0].scopeSpans[0];
    const measured = result.arms.flatMap(({ units }) => units.filter(({ interval }) => interval !== null));
    expect(spans).toHaveLength(1 + result.arms.length + measured.length);
    const ids = new Set(spans.map(({ spanId }) => spanId));
    expect(ids.size).toBe(spans.length);
    for (const { traceId, spanId, parentSpanId, startTimeUnixNano, endTimeUnixNano } of spans) {
      expect(traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(spanId).toMatch(/^[0-9a-f]{16}$/);
      if (parentSpanId !== undefined) expect(ids.has(parentSpanId)).toBe(true);
      expect(BigInt(endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(startTimeUnixNano));
    }
    expect(spans[0]).toMatchObject({ name: 'drill leaked-signing-key', status: { code: 2 } });
    expect(bodies[1]?.text).not.toMatch(/null|Infinity|NaN/);
  });

  it('sends a run that was stopped before anything was measured', async () => {
    expect(await sendOtlp(stoppedResult(), base(), ['127.0.0.0/8'])).toBeNull();
    expect(bodies[0]?.text).toContain('aborted');
  });

  it('asks nobody that the environment does not allow', async () => {
    expect(await sendOtlp(drillResult(), base(), ['10.0.0.0/8', 'collector.example.com'])).toMatch(
      /is not in allow of the environment$/,
    );
    expect(bodies).toEqual([]);
  });

  it('says what a collector answered that did not take it', async () => {
    status = 503;
    expect(await sendOtlp(drillResult(), base(), ['127.0.0.1'])).toMatch(/\/v1\/traces answered 503$/);
  });

  it.for(['nowhere', 'ftp://x', 'http://user:secret@collector:4318'])('refuses %s without repeating it', (value) => {
    expect(() => readOtlpUrl(value)).toThrow(/^--otlp is no http or https address without credentials$/);
  });
});

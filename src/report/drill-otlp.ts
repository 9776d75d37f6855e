import type { DrillResult, UnitResult } from '../model/drill.ts';
import { startedSeconds } from './drill-openmetrics.ts';

/** One body of OTLP/HTTP in JSON encoding, and the path that it belongs to (OpenTelemetry Protocol 1.x, section OTLP/HTTP). */
export interface OtlpRequest {
  readonly path: '/v1/traces' | '/v1/metrics';
  readonly body: string;
}

/** `SPAN_KIND_INTERNAL`, `STATUS_CODE_OK`, `STATUS_CODE_ERROR` of opentelemetry/proto/trace/v1/trace.proto. */
const INTERNAL = 1;
const OK = 1;
const ERROR = 2;

/** Names of `test.suite.run.status` (OpenTelemetry semantic conventions, attributes of tests). */
const RUN_STATUS = { pass: 'success', fail: 'failure', inconclusive: 'skipped', stopped: 'aborted' } as const;

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string } | { readonly doubleValue: number };
}

interface Span {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly attributes: readonly Attribute[];
  readonly status: { readonly code: number; readonly message?: string };
  readonly children: readonly Span[];
}

/**
 * The run as a trace (run, arms, units) and its intervals as gauges. An interval without an upper end has no upper point:
 * OTLP has no word for it. Nothing of a credential is part of it, because nothing of one is part of a result.
 *
 * @param traceId 32 hexadecimal digits for the trace
 */
export function drillOtlp(result: DrillResult, traceId: string): readonly OtlpRequest[] {
  const resource = {
    attributes: [
      text('service.name', 'firebreak'),
      text('service.version', result.tool),
      text('deployment.environment.name', result.environment.name),
    ],
  };
  const scope = { name: 'firebreak/drill', version: result.tool };
  const spans = flatten(runSpan(result), traceId);
  return [
    { path: '/v1/traces', body: JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope, spans }] }] }) },
    {
      path: '/v1/metrics',
      body: JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics: [{ scope, metrics: metricsOf(result) }] }] }),
    },
  ];
}

function runSpan(result: DrillResult): Span {
  const start = startMs(result);
  return {
    name: `drill ${result.drill.name}`,
    from: start,
    to: start + result.durationMs,
    attributes: [
      text('test.suite.name', result.drill.name),
      text('test.suite.run.status', RUN_STATUS[result.overall.verdict]),
      text('user_agent.synthetic.type', 'test'),
      text('firebreak.run.id', result.runId),
      text('firebreak.drill.verdict', result.overall.verdict),
      text('firebreak.drill.scenario', result.scenario),
      text('firebreak.policy.digest', result.policy.digest),
    ],
    status: statusOf(result.overall.verdict === 'pass', result.overall.why),
    children: result.arms.map((arm) => ({
      name: `arm ${arm.arm}`,
      from: start + arm.marks.t0,
      to: start + Math.max(arm.marks.tAck, ...arm.units.map((unit) => arm.marks.t0 + endOf(unit))),
      attributes: [text('firebreak.drill.arm', arm.arm)],
      status: { code: OK },
      children: arm.units.flatMap((unit) => unitSpan(unit, start + arm.marks.t0)),
    })),
  };
}

/** From the moment that the leak is known to the moment that the unit was seen refusing. */
function unitSpan(unit: UnitResult, t0: number): readonly Span[] {
  if (unit.interval === null) return [];
  return [
    {
      name: `unit ${unit.unit}`,
      from: t0,
      to: t0 + endOf(unit),
      attributes: [
        text('firebreak.drill.verifier', unit.verifier),
        text('firebreak.drill.unit', unit.unit),
        text('test.case.result.status', unit.verdict === 'pass' ? 'pass' : 'fail'),
        text('firebreak.drill.verdict', unit.verdict),
        text('firebreak.drill.attribution', unit.attribution),
        number('firebreak.drill.revocation.lower_ms', unit.interval.lower),
        ...(unit.interval.upper === 'unbounded'
          ? []
          : [number('firebreak.drill.revocation.upper_ms', unit.interval.upper)]),
      ],
      status: statusOf(unit.verdict === 'pass', unit.stillAccepting ?? unit.verdict),
      children: [],
    },
  ];
}

function endOf({ interval }: UnitResult): number {
  if (interval === null) return 0;
  return interval.upper === 'unbounded' ? interval.lower : interval.upper;
}

function statusOf(isGood: boolean, message: string): Span['status'] {
  return isGood ? { code: OK } : { code: ERROR, message };
}

function flatten(root: Span, traceId: string): readonly object[] {
  const spans: object[] = [];
  const add = ({ name, from, to, attributes, status, children }: Span, parent: string): void => {
    // Ids need only differ within the trace, whose own id is random.
    const spanId = (spans.length + 1).toString(16).padStart(16, '0');
    spans.push({
      traceId,
      spanId,
      ...(parent === '' ? {} : { parentSpanId: parent }),
      name,
      kind: INTERNAL,
      startTimeUnixNano: nanos(from),
      endTimeUnixNano: nanos(Math.max(from, to)),
      attributes,
      status,
    });
    for (const child of children) add(child, spanId);
  };
  add(root, '');
  return spans;
}

function metricsOf(result: DrillResult): readonly object[] {
  const at = nanos(startMs(result) + result.durationMs);
  const units = result.arms.flatMap(({ arm, units: all }) =>
    all.map((unit) => ({
      unit,
      labels: [
        text('firebreak.drill.name', result.drill.name),
        text('firebreak.drill.arm', arm),
        text('firebreak.drill.verifier', unit.verifier),
        text('firebreak.drill.unit', unit.unit),
      ],
    })),
  );
  const point = (attributes: readonly Attribute[], value: number): object => ({
    attributes,
    timeUnixNano: at,
    asDouble: value,
  });
  return [
    {
      name: 'firebreak.drill.revocation.duration',
      unit: 's',
      description: 'Time from leak-known to refusal, both ends of the interval.',
      gauge: {
        dataPoints: units.flatMap(({ unit: { interval }, labels }) => {
          if (interval === null) return [];
          const lower = point([...labels, text('bound', 'lower')], interval.lower / 1000);
          return interval.upper === 'unbounded'
            ? [lower]
            : [lower, point([...labels, text('bound', 'upper')], interval.upper / 1000)];
        }),
      },
    },
    {
      name: 'firebreak.drill.unit.met',
      unit: '1',
      description: '1 when the unit refused within the objective for certain.',
      gauge: { dataPoints: units.map(({ unit, labels }) => point(labels, Number(unit.verdict === 'pass'))) },
    },
  ];
}

function startMs(result: DrillResult): number {
  return (startedSeconds(result.startedAt) ?? 0) * 1000;
}

/** Nanoseconds since the epoch are 64-bit numbers, which the JSON encoding writes as text. */
function nanos(ms: number): string {
  return (BigInt(Math.round(ms * 1000)) * 1000n).toString();
}

function text(key: string, value: string): Attribute {
  return { key, value: { stringValue: value } };
}

function number(key: string, value: number): Attribute {
  return { key, value: { doubleValue: value } };
}

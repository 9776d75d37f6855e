// The real prober at one rate: fork it with { port, targets, perSecond, seconds, settle }.
import { PerformanceObserver, monitorEventLoopDelay } from 'node:perf_hooks';
import { Prober, runStreams } from '../../src/drill/prober.ts';
import { seededRandom } from '../../src/drill/random.ts';
import { TokenBucket, deadlines } from '../../src/drill/schedule.ts';
import { systemClock } from '../../src/system/clock.ts';
import { createProbeHttp } from '../../src/system/probe-http.ts';

const TOKEN = `eyJhbGciOiJFUzI1NiJ9.${'a'.repeat(560)}.${'b'.repeat(86)}`;

process.once('message', async ({ port, targets, perSecond, seconds, settle }) => {
  const clock = systemClock;
  const random = seededRandom(1);
  const origin = clock.monotonic();
  const gap = (targets * 1000) / perSecond;
  const until = (settle + seconds) * 1000;
  const probes = [];
  let planned = 0;
  let dropped = 0;
  const prober = new Prober({
    http: createProbeHttp(['127.0.0.0/8']),
    clock,
    origin,
    arm: 'quiet',
    bucket: new TokenBucket(perSecond * 2, clock.monotonic()),
    maxRequests: Infinity,
    timeoutMs: 3000,
    userAgent: 'firebreak-bench',
    onProbe: (probe) => probes.push(probe),
    onDropped: () => {
      dropped += 1;
    },
  });
  const streams = Array.from({ length: targets }, (_, index) => {
    const unit = {
      id: `target-${index}`,
      verifier: `target-${index}`,
      url: `http://127.1.${index >> 8}.${index & 255}:${port}/`,
      method: 'GET',
    };
    const pace = { minGap: gap, maxGap: gap, relative: 0, jitter: 0.2 };
    return {
      deadlines: counted(deadlines(100 + (index * gap) / targets, 0, until, { pace, random, exactly: [] })),
      shot: (due) => ({
        unit,
        credential: 'canary',
        role: 'canary',
        token: TOKEN,
        expiresAt: null,
        phase: 'observe',
        due,
      }),
    };
  });
  function* counted(source) {
    for (const due of source) {
      planned += 1;
      yield due;
    }
  }
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const pauses = [];
  new PerformanceObserver((list) => pauses.push(...list.getEntries().map(({ duration }) => duration))).observe({
    entryTypes: ['gc'],
  });
  let cpu = process.cpuUsage();
  let cpuFrom = performance.now();
  setTimeout(() => {
    cpu = process.cpuUsage();
    cpuFrom = performance.now();
    delay.reset();
  }, settle * 1000);
  await runStreams(streams, prober, { clock, origin, signal: new AbortController().signal });
  const { user, system } = process.cpuUsage(cpu);
  const elapsed = performance.now() - cpuFrom;
  const counted_ = probes.filter(({ due }) => due >= settle * 1000);
  const spread = (values) => {
    const sorted = values.toSorted((a, b) => a - b);
    const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
    return { p50: at(0.5), p99: at(0.99), p999: at(0.999), max: sorted.at(-1) ?? NaN };
  };
  process.send({
    planned,
    sent: prober.sent,
    recorded: probes.length,
    dropped,
    answered: probes.filter(({ status }) => status !== null).length,
    unknown: Object.entries(
      Object.groupBy?.(
        probes.filter(({ status }) => status === null),
        ({ reason }) => reason,
      ) ?? {},
    ),
    lateness: spread(counted_.map(({ begun, sent, due }) => (begun ?? sent) - due)),
    sendLateness: spread(counted_.map(({ sent, due }) => sent - due)),
    answer: spread(counted_.map(({ sent, received }) => received - sent)),
    early: counted_.filter(({ begun, sent, due }) => (begun ?? sent) < due).length,
    loopP99: delay.percentile(99) / 1e6,
    cpuShare: (user + system) / 1000 / elapsed,
    cpuPerProbe: (user + system) / Math.max(1, probes.filter(({ received }) => received >= settle * 1000).length),
    pauses: pauses.length,
    pausedMs: pauses.reduce((sum, ms) => sum + ms, 0),
    rssMb: process.memoryUsage().rss / 1e6,
    perSecond: counted_.length / seconds,
  });
  process.disconnect();
});

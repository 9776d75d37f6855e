import type { Interval } from '../model/drill.ts';
import type { IncidentProof, UnitProof, UnitState } from '../model/incident-proof.ts';
import { toTimestamp } from '../model/instant.ts';
import { showBound, showSeconds } from '../model/quantity.ts';
import type { Paint } from './color.ts';
import { jsonText } from './json-text.ts';
import { visible } from './visible.ts';

const STATE_WORDS: Readonly<Record<UnitState, string>> = {
  contained: 'contained',
  open: 'OPEN',
  expired: 'expired',
  unproven: 'unproven',
};

/** One line of progress. */
export function settledLine({ unit, contained }: UnitProof): string {
  return `${unit}: refused${contained === null ? '' : ` since ${showUpper(contained)}`}`;
}

/** The proof of an incident for a terminal. Seconds count from the start of containment. */
export function verifyPretty(proof: IncidentProof, color: Paint): string {
  const { units, from, contained, unprobed, kind, evidence } = proof;
  const proven = units.filter(({ state }) => state === 'contained').length;
  const width = Math.max(4, ...units.map(({ unit }) => unit.length));
  const since = (interval: Interval | null): string =>
    interval === null
      ? '-'
      : `(${showSeconds(interval.lower - from)}, ${interval.upper === 'unbounded' ? 'unbounded' : showSeconds(interval.upper - from)}]`;
  return `${[
    contained === null
      ? color.red(
          `${proof.incident} is not proven to be contained: ${proven} of ${units.length + unprobed.length} places refuse`,
        )
      : color.bold(`${proof.incident} is contained: after ${toTimestamp(contained.lower)}, by ${showUpper(contained)}`),
    `  ${KIND_WORDS[kind]}${proof.allowedBy === null ? '' : `, allowed by ${visible(proof.allowedBy)}`}; seconds count from ${toTimestamp(from)}`,
    '',
    color.dim(
      `  ${'unit'.padEnd(width)}  ${'state'.padEnd(9)}  ${'refused since'.padEnd(22)}  ${'fresh token since'.padEnd(22)}  predicted`,
    ),
    ...units.map((unit) => {
      const row = `  ${unit.unit.padEnd(width)}  ${STATE_WORDS[unit.state].padEnd(9)}  ${since(unit.contained).padEnd(22)}  ${since(unit.recovered).padEnd(22)}  ${showBound(unit.predicted)}${unit.model === 'exceeded' ? ' EXCEEDED' : ''}`;
      return unit.state === 'contained' ? row : color.red(`${row}\n    ${visible(unit.why)}`);
    }),
    ...unprobed.map((name) => color.red(`  ${name.padEnd(width)}  unproven   no route is declared to probe it at`)),
    '',
    `  exposure after containment began: ${proof.exposureUnitSeconds.lower.toFixed(1)} to ${showExposure(proof.exposureUnitSeconds.upper)} unit-seconds`,
    `  evidence: ${evidence.path} (sha256:${evidence.sha256.slice(0, 12)}, ${evidence.lines} lines)`,
  ].join('\n')}\n`;
}

const KIND_WORDS: Readonly<Record<IncidentProof['kind'], string>> = {
  'leaked-token': 'shown by the leaked token itself',
  witness: 'shown by a token of our own that the same steps end',
  canary: 'shown by a canary on the same lists: whoever has read its later entry has read the earlier one',
};

function showUpper({ upper }: Interval): string {
  return upper === 'unbounded' ? 'unbounded' : toTimestamp(upper);
}

function showExposure(upper: Interval['upper']): string {
  return upper === 'unbounded' ? 'unbounded' : upper.toFixed(1);
}

/** The same for programs; instants are RFC 3339. */
export function verifyJson(proof: IncidentProof): string {
  const interval = (seen: Interval | null): unknown =>
    seen === null ? null : { after: toTimestamp(seen.lower), until: showUpper(seen) };
  return jsonText({
    schema_version: '1.0',
    incident: proof.incident,
    kind: proof.kind.replace('-', '_'),
    allowed_by: proof.allowedBy,
    from: toTimestamp(proof.from),
    begun: toTimestamp(proof.begun),
    ended: toTimestamp(proof.ended),
    contained: interval(proof.contained),
    exposure_unit_seconds: proof.exposureUnitSeconds,
    units: proof.units.map((unit) => ({
      unit: unit.unit,
      verifier: unit.verifier,
      state: unit.state,
      why: unit.why,
      contained: interval(unit.contained),
      recovered: interval(unit.recovered),
      probes: unit.probes,
      predicted_ms: unit.predicted,
      model: unit.model,
    })),
    unprobed: proof.unprobed,
    evidence: proof.evidence,
  });
}

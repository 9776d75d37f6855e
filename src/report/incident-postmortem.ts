import type { Interval } from '../model/drill.ts';
import type { IncidentState } from '../model/incident-state.ts';
import { toTimestamp } from '../model/instant.ts';
import { showBound, showSeconds } from '../model/quantity.ts';
import { jsonText } from './json-text.ts';
import { markdownText } from './markdown-text.ts';

/** The document about an incident, for people who were not there. */
export function postmortemMarkdown(state: IncidentState): string {
  const { incident, contained, closed } = state;
  const sections: readonly (readonly string[])[] = [
    [
      `# ${markdownText(incident.name)}: ${markdownText(incident.leaked)} leaked`,
      '',
      `- lead: ${markdownText(incident.lead)}`,
      `- leaked: ${toTimestamp(incident.since)} or later; opened ${toTimestamp(incident.opened)}`,
      `- contained: ${containedWords(contained)}${state.shownBy.length === 0 ? '' : `, shown by ${state.shownBy.map((kind) => SHOWN_BY[kind] ?? kind).join(' and ')}`}`,
      `- exposure since it leaked: ${exposureWords(state.exposure?.sinceLeak ?? null)}`,
      `- exposure since containment began: ${exposureWords(state.exposure?.sinceContainment ?? null)}`,
      `- closed: ${closed === null ? 'no' : `${closed.time} by ${markdownText(closed.by)}${closed.anyway === null ? '' : `, anyway: ${markdownText(closed.anyway)}`}`}`,
    ],
    ['## Who was affected', '', affectedWords(state)],
    [
      '## Timeline',
      '',
      ...state.timeline.map(({ time, author, says }) => `- ${time} ${markdownText(author)}: ${markdownText(says)}`),
    ],
    stepsTable(state),
    unitsTable(state),
    [
      '## To be proven',
      '',
      ...state.checklist.map(
        ({ state: done, says, why }) => `- ${CHECK[done] ?? '[ ]'} ${markdownText(says)}: ${markdownText(why)}`,
      ),
    ],
    listOf('## Unproven', state.unproven, 'nothing: everything that was to be proven is'),
    listOf('## Gaps', state.gaps, 'none that the journals show'),
    listOf(
      '## Action items',
      state.actions.map((action) => `[ ] ${action}`),
      'none that the journals show',
    ),
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

const SHOWN_BY: Readonly<Record<string, string>> = {
  'leaked-token': 'the leaked token',
  witness: 'a token of our own that the same steps end',
  canary: 'a canary on the same lists',
};

const CHECK: Readonly<Record<string, string>> = { open: '[ ]', proven: '[x]', 'not-concerned': '[x] not concerned:' };

function containedWords(contained: Interval | null): string {
  if (contained === null || contained.upper === 'unbounded') return 'not proven';
  return `after ${toTimestamp(contained.lower)}, by ${toTimestamp(contained.upper)}`;
}

function exposureWords(exposure: Interval | null): string {
  if (exposure === null) return 'not measured';
  const upper = exposure.upper === 'unbounded' ? 'unbounded' : exposure.upper.toFixed(1);
  return `${exposure.lower.toFixed(1)} to ${upper} unit-seconds`;
}

function affectedWords({ affected }: IncidentState): string {
  if (affected === null) return 'Not known here: no scope was stored beside the incident.';
  return `The stored scope knows ${affected.subjects} subjects, ${affected.clients} clients and ${affected.tokens} tokens.`;
}

function stepsTable({ steps }: IncidentState): readonly string[] {
  if (steps.length === 0) return ['## What was done', '', 'There was no plan.'];
  return [
    '## What was done',
    '',
    '| step | what | state | took | by |',
    '| ---- | ---- | ----- | ---- | -- |',
    ...steps.map(
      ({ id, says, state, took, by }) =>
        `| ${markdownText(id)} | ${markdownText(says)} | ${state} | ${took === null ? '-' : showSeconds(took)} | ${markdownText(by ?? '-')} |`,
    ),
  ];
}

function unitsTable({ units }: IncidentState): readonly string[] {
  if (units.length === 0) return ['## Predicted and real', '', 'Nothing was verified.'];
  return [
    '## Predicted and real',
    '',
    'Seconds count from the start of containment; `(a, b]` means after a and by b.',
    '',
    '| place | state | refused since | fresh token since | predicted | prediction |',
    '| ----- | ----- | ------------- | ----------------- | --------- | ---------- |',
    ...units.map(
      ({ unit, state, contained, recovered, predicted, model }) =>
        `| ${markdownText(unit)} | ${state} | ${intervalWords(contained)} | ${intervalWords(recovered)} | ${showBound(predicted)} | ${markdownText(model)} |`,
    ),
  ];
}

function intervalWords(interval: Interval | null): string {
  if (interval === null) return '-';
  return `(${showSeconds(interval.lower)}, ${interval.upper === 'unbounded' ? 'unbounded' : showSeconds(interval.upper)}]`;
}

function listOf(title: string, rows: readonly string[], none: string): readonly string[] {
  return [title, '', ...(rows.length === 0 ? [`- ${none}`] : rows.map((row) => `- ${markdownText(row)}`))];
}

/** The same for programs. */
export function postmortemJson(state: IncidentState): string {
  return jsonText({
    schema_version: '1.0',
    incident: {
      ...state.incident,
      since: toTimestamp(state.incident.since),
      opened: toTimestamp(state.incident.opened),
    },
    containment_began: state.containmentBegan === null ? null : toTimestamp(state.containmentBegan),
    contained:
      state.contained === null
        ? null
        : {
            after: toTimestamp(state.contained.lower),
            until: state.contained.upper === 'unbounded' ? 'unbounded' : toTimestamp(state.contained.upper),
          },
    shown_by: state.shownBy,
    closed: state.closed,
    exposure_unit_seconds:
      state.exposure === null
        ? null
        : { since_leak: state.exposure.sinceLeak, since_containment: state.exposure.sinceContainment },
    affected: state.affected,
    timeline: state.timeline,
    steps: state.steps.map(({ took, ...step }) => ({ ...step, took_ms: took })),
    units: state.units.map(({ contained, recovered, predicted, ...unit }) => ({
      ...unit,
      contained_ms: contained,
      recovered_ms: recovered,
      predicted_ms: predicted,
    })),
    checklist: state.checklist,
    unproven: state.unproven,
    gaps: state.gaps,
    action_items: state.actions,
  });
}

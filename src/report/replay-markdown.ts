import type { ReplayGroup, ReplayGrouping, ReplayResult } from '../model/replay.ts';
import {
  OUTCOME_ORDER,
  OUTCOME_WORDS,
  decidableWords,
  gateWords,
  lastDayWords,
  leakWords,
  mismatchWords,
  showCount,
  showInstant,
  showPercent,
  windowWords,
} from './replay-wording.ts';
import { visible } from './visible.ts';

/** GitHub refuses comments over 65,536 characters; a replay is one section of one. */
const SECTION = 20_000;

/**
 * A section of a pull-request comment, never over the limit: the outcome comes first, and what does not fit is left out
 * from the end, with a word that it is.
 *
 * @param limit in UTF-16 code units; at least 500
 */
export function replayMarkdown(result: ReplayResult, limit: number = SECTION): string {
  const sections = [
    head(result),
    warnings(result),
    causes('Revoked because of', result.revokedBy),
    causes('Gained because the old policy refused', result.gainedBy),
    groups('Client', result.clients),
    groups('Route', result.routes),
    causes('To decide the rest, the log would have to say', result.undecided),
  ].filter((section) => section !== '');
  const whole = sections.join('\n');
  if (whole.length <= limit) return whole;
  let text = '';
  for (const section of sections) {
    const next = text === '' ? section : `${text}\n${section}`;
    if (next.length > limit - CUT.length) break;
    text = next;
  }
  return `${text === '' ? (sections[0] ?? '').slice(0, limit - CUT.length) : text}${CUT}`;
}

const CUT = '\nMore does not fit; run `firebreak replay`.\n';

function head(result: ReplayResult): string {
  const { outcomes, uses } = result;
  const told = OUTCOME_ORDER.filter((outcome) => outcomes[outcome] > 0);
  return [
    `### Replay: ${summary(result)}`,
    '',
    `${windowWords(result)}. ${decidableWords(result)}`,
    ...[lastDayWords(result), gateWords(result)].flatMap((words) =>
      words === null ? [] : ['', cell(words, MAX_WARNING)],
    ),
    '',
    '| Outcome | Uses | Share |',
    '| --- | ---: | ---: |',
    ...told.map(
      (outcome) =>
        `| ${OUTCOME_WORDS[outcome]} | ${showCount(outcomes[outcome])} | ${showPercent(outcomes[outcome], uses)} |`,
    ),
    '',
  ].join('\n');
}

function summary({ outcomes, uses }: ReplayResult): string {
  if (uses === 0) return 'no recorded use';
  const parts = OUTCOME_ORDER.filter((outcome) => outcome !== 'NO_CHANGE' && outcomes[outcome] > 0).map(
    (outcome) => `${showPercent(outcomes[outcome], uses)} ${OUTCOME_WORDS[outcome]}`,
  );
  return parts.length === 0 ? 'no change' : parts.join(', ');
}

/** Most lines of warnings; each kind has few. */
const MAX_LINES = 20;

function warnings({ mismatches, logs, problems }: ReplayResult): string {
  const lines = [
    ...problems.map(({ message }) => message),
    ...logs.flatMap((reading) => leakWords(reading) ?? []),
    ...mismatches.map(mismatchWords),
  ];
  if (lines.length === 0) return '';
  const more = lines.length - MAX_LINES;
  return [
    ...lines.slice(0, MAX_LINES).map((line) => `- ${cell(line, MAX_WARNING)}`),
    ...(more > 0 ? [`- and ${more} more`] : []),
    '',
  ].join('\n');
}

function causes(title: string, list: ReplayResult['revokedBy']): string {
  if (list.length === 0) return '';
  const rows = list.slice(0, MAX_LINES).map(({ cause, uses }) => `| ${cell(cause)} | ${showCount(uses)} |`);
  return [`| ${title} | Uses |`, '| --- | ---: |', ...rows, ''].join('\n');
}

function groups(title: string, { top, others }: ReplayGrouping): string {
  const told = top.filter(({ uses, outcomes }) => uses > outcomes.NO_CHANGE);
  if (told.length === 0) return '';
  const rest = others.uses > others.outcomes.NO_CHANGE ? [row(`${showCount(others.groups)} others`, others, '')] : [];
  return [
    `| ${title} | Revoked | Maybe | Gained | Uses | Last seen |`,
    '| --- | ---: | ---: | ---: | ---: | --- |',
    ...told.map((group) => row(group.name ?? '(not known)', group, group.last === null ? '' : showInstant(group.last))),
    ...rest,
    '',
  ].join('\n');
}

function row(name: string, { outcomes, uses }: Pick<ReplayGroup, 'outcomes' | 'uses'>, last: string): string {
  const maybe = outcomes.MAYBE_REVOKED + outcomes.MAYBE_GAINED + outcomes.UNKNOWN_CHANGE;
  const cells = [outcomes.REVOKED, maybe, outcomes.GAINED, uses].map(showCount);
  return `| ${[cell(name), ...cells, last].join(' | ')} |`;
}

/** Longest text of a cell; names come from logs and can be of any length. */
const MAX_CELL = 200;
const MAX_WARNING = 800;

/** Only text: no link, mention, HTML or second cell comes out of a log. */
function cell(text: string, longest: number = MAX_CELL): string {
  const shown = visible(text).replaceAll(/[\r\n]+/g, ' ');
  const short = shown.length > longest ? `${shown.slice(0, longest).replace(/\p{Surrogate}$/u, '')}…` : shown;
  return short
    .replaceAll(/[\\|*_~[\]#!]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('`', "'")
    .replaceAll('@', '@\u200b')
    .replaceAll(/(https?|ftp):\/\//gi, '$1:\u200b//');
}

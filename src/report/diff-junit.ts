import { showLocation } from '../model/location.ts';
import type { DiffReport } from './diff-wording.ts';
import { decidingReason, gateHeadline, isOpen, sideName, tokenWords, verdictLine } from './diff-wording.ts';
import { escapeXml, junitText, testcase } from './junit.ts';

/** One case for every change, failed where the gate stops it, and one for the gate as a whole. */
export function diffJunit({ diff, gate }: DiffReport): string {
  const problems = [diff.base, diff.head].flatMap((side) =>
    side.problems.map(({ code, message, at }) =>
      testcase(
        at === null ? 'input' : at.file,
        code,
        `<error message="${escapeXml(`in ${sideName(side)}: ${message}`)}">${escapeXml(at === null ? '' : showLocation(at))}</error>`,
      ),
    ),
  );
  let failures = 0;
  let errors = problems.length;
  const changes = diff.changes.map((change) => {
    const reason = decidingReason(change, gate);
    const values = change.dimensions.map(({ path, before, after }) => `${path}: ${before} -> ${after}`).join('\n');
    const name = `${change.name}, ${tokenWords(change.token)}: ${verdictLine(change)}`;
    if (change.verdict === 'unknown') {
      errors += 1;
      return testcase('diff', name, `<error message="${escapeXml(change.unknownBecause ?? 'unknown')}"/>`);
    }
    if (gate === null || reason === null || !isOpen(reason, gate)) {
      return testcase('diff', name, `<system-out>${escapeXmlLines(values)}</system-out>`);
    }
    failures += 1;
    return testcase(
      'diff',
      name,
      `<failure type="${reason.rule}" message="${escapeXml(reason.message)}">${escapeXmlLines(values)}</failure>`,
    );
  });
  const whole = gate === null ? [] : [gateCase(gate.outcome, gateHeadline(gate))];
  if (gate?.outcome === 'blocked') failures += 1;
  if (gate?.outcome === 'inconclusive') errors += 1;
  return junitText('diff', [...problems, ...changes, ...whole], { failures, errors });
}

function gateCase(outcome: string, headline: string): string {
  const message = `message="${escapeXml(headline)}"`;
  const body =
    outcome === 'blocked' ? `<failure ${message}/>` : outcome === 'inconclusive' ? `<error ${message}/>` : '';
  return testcase('diff', 'the gate as a whole', body);
}

function escapeXmlLines(text: string): string {
  return text.split('\n').map(escapeXml).join('\n');
}

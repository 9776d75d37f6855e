/** Whether the leak could be closed at every verifier, by which responses, and where it stays open until when. */
import type { Scenario } from '../model/policy.ts';
import { showBound } from '../model/quantity.ts';
import type { ReadinessAnswer, ReadinessFact, ReadinessGap } from '../model/readiness.ts';
import { answerOf, counted, missing, named, note, unknown } from './answer.ts';
import type { Concerned } from './input.ts';
import { nameOf } from './input.ts';
import type { Way } from './ways.ts';
import { answeredBy, bestWay, byHand, isLastResort, waysFor } from './ways.ts';

export function containAnswer(scenario: Scenario, concerned: readonly Concerned[]): ReadinessAnswer {
  const ways = waysFor(scenario, concerned);
  const answered = concerned.filter((one) => answeredBy(ways, one));
  const best = bestWay(ways);
  const first =
    best === null ? 'no list can name it' : `first ${best.option.does} (${counted(best.reached.length, 'verifier')})`;
  return answerOf({
    question: 'contain',
    basis: 'declared',
    says: `${answered.length} of ${counted(concerned.length, 'verifier')} can be told; ${first}`,
    facts: ways.filter(({ reached }) => reached.length > 0).map((way) => wayFact(way, concerned)),
    gaps: [...openGaps(concerned, ways), ...issuerGaps(scenario, concerned), ...handGaps(ways)],
  });
}

function wayFact(way: Way, concerned: readonly Concerned[]): ReadinessFact {
  const { option, reached, within } = way;
  const manual = byHand(way);
  const where =
    reached.length === concerned.length
      ? 'everywhere'
      : `at ${named(reached.map(({ one }) => nameOf(one, concerned)))}`;
  const time =
    within === null ? '' : within === 'unbounded' ? ', at some without an end' : `, within ${showBound(within)}`;
  const by = manual.length === 0 ? 'by the plan' : manual.length === reached.length ? 'by hand' : 'partly by hand';
  return { says: `${option.does}: ${where}${time}, ${by}; hits ${option.collateral}`, at: null };
}

function openGaps(concerned: readonly Concerned[], ways: readonly Way[]): readonly ReadinessGap[] {
  const of = (bound: 'unbounded' | 'unknown'): readonly Concerned[] =>
    concerned.filter(({ prediction }) => prediction.bound === bound);
  const untold = concerned.filter(
    (one) => !answeredBy(ways, one) && one.prediction.bound !== 'unbounded' && one.prediction.bound !== 'unknown',
  );
  const undecided = of('unknown');
  return [
    ...of('unbounded').map(({ prediction: { verifier, wouldBeBoundedBy, at } }) =>
      missing(
        `"${verifier}" stays open without an end`,
        wouldBeBoundedBy === null ? null : `it would end by ${wouldBeBoundedBy}`,
        at,
      ),
    ),
    ...(undecided.length === 0
      ? []
      : [
          unknown(
            `nobody knows whether ${named(undecided.map((one) => nameOf(one, concerned)))} can be closed`,
            'firebreak predict --tree says what is missing',
            undecided[0]?.prediction.at,
          ),
        ]),
    ...concerned
      .filter(({ isRestarted }) => isRestarted)
      .map(({ prediction: { verifier, bound, at } }) =>
        note(`"${verifier}" is closed only by a restart, ${showBound(bound)}`, 'a kid on a list that it reads', at),
      ),
    ...untold.map((one) =>
      note(
        `nothing can be told to "${one.verifier.name}": it stays open until tokens expire, ${showBound(one.prediction.bound)}`,
        'a channel in the Inventory that can name it',
        one.prediction.at,
      ),
    ),
  ];
}

/** What must be done at the issuer, and where no document says how. */
function issuerGaps(scenario: Scenario, concerned: readonly Concerned[]): readonly ReadinessGap[] {
  if (scenario !== 'refresh_token') return [];
  const issuers = new Set(
    concerned.flatMap(
      ({ inventory, verifier }) => inventory.issuers.find(({ name }) => name === verifier.issuer) ?? [],
    ),
  );
  return [...issuers]
    .filter(({ revocationEndpoint, admin }) => revocationEndpoint === null && admin === null)
    .map(({ name, at }) =>
      missing(
        `issuer "${name}" offers no way to revoke a refresh token`,
        'revocation_endpoint (RFC 7009) in the Inventory',
        at,
      ),
    );
}

/** What must be typed by somebody at night because nobody declared how it is done. */
function handGaps(ways: readonly Way[]): readonly ReadinessGap[] {
  const best = bestWay(ways);
  const needed = ways.filter(
    ({ option }) =>
      !isLastResort(option) && (option.effect === 'stops' || option.phase === 'replace' || option === best?.option),
  );
  const manual = needed.filter((way) => way.reached.length > 0 && byHand(way).length > 0);
  if (manual.length === 0) return [];
  const names = manual.map(({ option }) => option.mechanism).join(', ');
  return [note(`by hand, because no response is declared: ${names}`, 'responses in the Inventory (docs/incident.md)')];
}

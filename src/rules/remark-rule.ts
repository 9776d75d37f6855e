import type { ConfigRemark } from '../model/config.ts';
import type { Report, Rule, RuleMeta } from '../model/finding.ts';
import { labelOf, subjectOf } from './config-facts.ts';

/** A rule that reports what adapters remark of one kind, once for each place. */
export function remarkRule(kind: ConfigRemark['kind'], meta: Omit<RuleMeta, 'on'>): Rule<'estate'> {
  return {
    ...meta,
    on: 'estate',
    *check({ configs }): Iterable<Report> {
      const told = new Set<string>();
      for (const config of configs) {
        for (const remark of config.remarks) {
          const place = `${remark.at.file}:${remark.at.line}:${remark.at.column} ${remark.message}`;
          if (remark.kind !== kind || told.has(place)) continue;
          told.add(place);
          yield {
            at: remark.at,
            message: `${labelOf(config)}: ${remark.message}`,
            subject: subjectOf(config, kind),
            value: remark.message,
          };
        }
      }
    },
  };
}

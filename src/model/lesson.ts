import type { FixPlan } from './fix.ts';

/** Something that an incident showed, and what would make the next one end sooner. */
export interface Lesson {
  readonly id:
    | 'require_claim'
    | 'require_kid'
    | 'shorten_lifetime'
    | 'add_channel'
    | 'name_in_channel'
    | 'shorten_wait'
    | 'drill'
    | 'bound'
    | 'objective';
  /** What was seen. */
  readonly showed: string;
  /** What is proposed, as an instruction. */
  readonly says: string;
  /** How it is written; null for what no file here says. */
  readonly fix: FixPlan | null;
}

import type { ActionCall } from '../../model/drill.ts';
import type { StepContext } from '../step.ts';

/** A text as it was read, and what tells whether it has changed since. */
export interface StoredText {
  readonly text: string;
  /** ETag, commit, or the text itself. */
  readonly version: string;
}

/**
 * A place that holds one text: a file, an HTTP resource, a file on a branch. `T` is the place as data, for effects; it
 * holds no secrets.
 */
export interface TextStore<T> {
  /** Part of the names of actions: `file`. */
  readonly name: string;
  /** Reads the place out of a step. @throws UserError document/invalid */
  readonly placeOf: (call: ActionCall) => T;
  /** The place in words: `/srv/jwks.json`. */
  readonly show: (place: T) => string;
  /** Who reads from it, for plans. */
  readonly reaches: (place: T) => string;
  /** How a change is made, for plans: `write FILE by temporary file and rename`. */
  readonly change: (place: T) => string;
  readonly read: (place: T, context: StepContext) => Promise<StoredText>;
  /**
   * Writes the text if what was read is still there.
   *
   * @param message why, for stores that keep one
   * @throws UserError drill/step-failed, git/moved when it has changed
   */
  readonly write: (
    place: T,
    change: { readonly from: StoredText; readonly to: string; readonly message: string },
    context: StepContext,
  ) => Promise<void>;
}

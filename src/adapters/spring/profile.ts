import type { DottedSettings } from '../dotted-settings.ts';
import { dottedList } from '../dotted-settings.ts';
import { baseName } from '../library-subjects.ts';
import { folderOf } from '../../model/location.ts';

/** Endings that are profiles where the name in front may be that of any application, as in a configuration repository. */
const USUAL_PROFILES =
  /-(dev|devel|development|local|docker|compose|k8s|kubernetes|test|testing|it|e2e|ci|qa|uat|int|integration|stage|staging|preprod|preview|prod|production|live)$/;

export interface SpringFile {
  /** What base and overlays have in common: the folder, and the name of the application where the file has one. */
  readonly application: string;
  /** Null for the base. */
  readonly profile: string | null;
}

/**
 * Which application and profile a file is for, by its name.
 *
 * @see https://docs.spring.io/spring-boot/reference/features/external-config.html "Profile Specific Files"
 */
export function springFileOf(file: string): SpringFile {
  const folder = folderOf(file).replace(/(?:^|(?<=\/))config\/$/, '');
  const name = baseName(file).replace(/\.(?:ya?ml|properties)(?:\.\w+)?$/, '');
  const [, standard, suffix] = /^(application|bootstrap)(?:-(.+))?$/.exec(name) ?? [];
  if (standard !== undefined) return { application: folder, profile: suffix ?? null };
  const profile = USUAL_PROFILES.exec(name)?.[1] ?? null;
  const application = profile === null ? name : name.slice(0, -profile.length - 1);
  return { application: `${folder}${application}`, profile };
}

/** The profile that a document is for: what it says itself, or what its file is named for. */
export function profileOf(settings: DottedSettings): string | null {
  const written = dottedList(settings, 'spring.config.activate.onprofile') ?? dottedList(settings, 'spring.profiles');
  if (written === undefined) return springFileOf(settings.document.file).profile;
  return written.origin === 'unknown' ? 'a profile that is decided elsewhere' : written.value.join(', ');
}

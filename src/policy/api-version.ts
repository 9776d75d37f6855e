/** Versions of the format of documents, ordered as Kubernetes orders them: v1alpha1 before v1beta1 before v1. */
import { API_VERSION } from '../model/document.ts';

export type VersionAge = 'current' | 'newer' | 'older' | 'foreign';

const VERSION = /^firebreak\.dev\/v(\d{1,6})(?:(alpha|beta)(\d{1,6}))?$/;

/** How a version of a document stands to the one that is read here; `foreign` is no version of ours at all. */
export function versionAge(apiVersion: unknown): VersionAge {
  if (apiVersion === API_VERSION) return 'current';
  const [wanted, current] = [rankOf(apiVersion), rankOf(API_VERSION)];
  if (wanted === null || current === null) return 'foreign';
  for (const [index, part] of wanted.entries()) {
    const difference = part - (current[index] ?? 0);
    if (difference !== 0) return difference > 0 ? 'newer' : 'older';
  }
  return 'current';
}

const STAGES: readonly string[] = ['alpha', 'beta'];

function rankOf(apiVersion: unknown): readonly number[] | null {
  const [, major, stage, minor = '0'] = typeof apiVersion === 'string' ? (VERSION.exec(apiVersion) ?? []) : [];
  if (major === undefined) return null;
  return [Number(major), stage === undefined ? STAGES.length : STAGES.indexOf(stage), Number(minor)];
}

/** A share from 0 to 1 as `0.1%`; never rounded to nothing or to everything. */
export function showShare(share: number): string {
  const percent = share * 100;
  if (percent === 0 || percent === 100) return `${percent}%`;
  if (percent < 0.01) return '<0.01%';
  if (percent > 99.99) return '>99.99%';
  return `${Number(percent.toFixed(2))}%`;
}

/** Reads `0.1%` or `90%` as a share, 0 to 1; null for anything else, bare numbers included. */
export function parseShare(text: string): number | null {
  const digits = /^(\d{1,3}(?:\.\d+)?)%$/.exec(text)?.[1];
  const share = digits === undefined ? Number.NaN : Number(digits) / 100;
  return share <= 1 ? share : null;
}

import type { ValueKind } from './setting.ts';

/** [CF3] `frameBytesMax` → `limits.frame_bytes_max`: the names of limits are mapped, not listed. */
export function limitKey(name: string): string {
  return `limits.${name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
}

/** The unit is part of a limit's name; a factor or a count is a plain number. */
export function limitKind(name: string): ValueKind {
  if (name.endsWith('Ms')) return 'duration';
  return /Bytes(?:Max|Min)?$|^bytes/.test(name) ? 'size' : 'number';
}

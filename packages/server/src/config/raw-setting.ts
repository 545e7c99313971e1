/** Layers in rising precedence. */
export const ORIGINS = ['default', 'file', 'environment', 'flag'] as const;
export type OriginLayer = (typeof ORIGINS)[number];

/** A setting as one layer gives it, not yet understood. */
export interface RawSetting {
  readonly key: string;
  readonly raw: unknown;
  readonly origin: OriginLayer;
  /** For people: `skein.toml:12:3`, a variable, a flag. */
  readonly where: string;
}

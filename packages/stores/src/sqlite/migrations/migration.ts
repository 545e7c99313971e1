/** One step from the version below to `version`. Never changed once released; a mistake is corrected by the next one. */
export interface Migration {
  readonly version: number;
  readonly sql: string;
}

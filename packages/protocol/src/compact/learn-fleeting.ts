import { FLEETING_SCHEMA_TEXT } from '../generated/skein-compact.gen.ts';
import { learnMessages } from './compact-schema.ts';

/** From now on the compact codec knows presence, transient messages and wills, too; before, it passes over them. */
export function learnFleetingMessages(): void {
  learnMessages(FLEETING_SCHEMA_TEXT);
}

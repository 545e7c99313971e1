import { applyEntry, applyRefusal } from './apply-entry.ts';
import { decideDirect, decideGroup } from './decide-create.ts';
import { decideMembers } from './decide-members.ts';
import { decideRead } from './decide-read.ts';
import { decideSend } from './decide-send.ts';
import { decideSettings } from './decide-settings.ts';

/**
 * The pure parts that the sequencer and the loader are put together from. A table instead of imports, so that a test can
 * show that it would notice if one of them were wrong.
 */
export const LOG_RULES = {
  decideSend,
  decideDirect,
  decideGroup,
  decideMembers,
  decideSettings,
  decideRead,
  applyEntry,
  applyRefusal,
};

export type LogRules = Readonly<typeof LOG_RULES>;

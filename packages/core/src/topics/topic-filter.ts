/** A topic filter, taken apart. */
export interface TopicFilter {
  /** As the subscriber wrote it, `$share/group/` included: what identifies the subscription. */
  readonly text: string;
  readonly levels: readonly string[];
  /** Name of the group that shares it; null for a subscription of one's own. */
  readonly group: string | null;
}

const SHARE = '$share/';

/** [TP2] A name that values can be published under: not empty, no wildcard, of at most so many levels. */
export function isTopicName(topic: string, levelsMax: number): boolean {
  if (topic === '' || topic.includes('#') || topic.includes('+')) return false;
  return countLevels(topic) <= levelsMax;
}

/** [TP2] The filter, or null where it is none: `+` stands for a whole level, `#` for all levels that follow. */
export function parseTopicFilter(text: string, levelsMax: number): TopicFilter | null {
  if (!text.startsWith('$share')) return parseLevels(text, { text, group: null }, levelsMax);
  if (!text.startsWith(SHARE))
    return text === '$share' ? null : parseLevels(text, { text, group: null }, levelsMax);
  const groupEnd = text.indexOf('/', SHARE.length);
  const group = groupEnd === -1 ? '' : text.slice(SHARE.length, groupEnd);
  // [MQTT-4.8.2-1] [MQTT-4.8.2-2] A name of at least one character without a wildcard, then a filter.
  if (group === '' || /[+#]/.test(group)) return null;
  return parseLevels(text.slice(groupEnd + 1), { text, group }, levelsMax);
}

function parseLevels(
  filter: string,
  of: { text: string; group: string | null },
  levelsMax: number,
): TopicFilter | null {
  if (filter === '' || countLevels(filter) > levelsMax) return null;
  const levels = filter.split('/');
  const last = levels.length - 1;
  for (const [at, level] of levels.entries()) {
    // [MQTT-4.7.1-2] (3.1.1 too) `#` is the last level, alone.
    if (level.includes('#') && (level !== '#' || at !== last)) return null;
    // [MQTT-4.7.1-3] `+` is alone in its level.
    if (level.includes('+') && level !== '+') return null;
  }
  return { ...of, levels };
}

function countLevels(topic: string): number {
  let count = 1;
  for (let at = topic.indexOf('/'); at !== -1; at = topic.indexOf('/', at + 1)) count++;
  return count;
}

/** [TP3] Whether a filter takes a topic; `#` also takes the level above it, and no wildcard a first level with `$`. */
export function matches(levels: readonly string[], topic: string): boolean {
  const names = topic.split('/');
  const first = levels[0];
  // [MQTT-4.7.2-1]
  if (topic.startsWith('$') && (first === '#' || first === '+')) return false;
  for (const [at, level] of levels.entries()) {
    if (level === '#') return names.length >= at;
    if (at >= names.length || (level !== '+' && level !== names[at])) return false;
  }
  return names.length === levels.length;
}

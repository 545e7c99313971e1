/**
 * What the schema of an older client would not have: kinds of content, questions, and fields of most frames. There is no
 * release before this one, so no real older client can be run.
 */
const NEWER: readonly (readonly [message: string, ...fields: string[]])[] = [
  ['Content', 'custom>of:CustomContent', 'key=s'],
  ['SettingsChange', '?open=b'],
  ['Hello', 'deviceKind=s', 'deviceName=s'],
  ['Send', 'key=s'],
  ['Ack', 'key=s'],
  ['Refused', 'limit', 'key=s'],
  ['Request', '>ask:ChangePassword', '>ask:CreateInvitation'],
  ['History', '*kinds=i', '*contents=i'],
  ['HistoryPage', 'continueAt'],
  ['Welcome', 'session=s', 'durability=s', 'server=s'],
  ['ConversationState', 'open=b'],
  ['Device', 'app=s', 'online=b'],
];

/** The compact schema without them, and with the numbers of the others said. */
export function olderSchema(text: string): string {
  const removed = new Map(NEWER.map(([message, ...fields]) => [message, new Set(fields)]));
  return text
    .split('\n')
    .map((line) => {
      const [name = '', ...fields] = line.split(' ');
      const gone = removed.get(name);
      let number = 0;
      const kept = fields.flatMap((field) => {
        const [, said = '', rest = ''] = /^(\d*)(.*)$/.exec(field) ?? [];
        number = said === '' ? number + 1 : Number(said);
        return gone?.delete(rest) === true ? [] : [`${number}${rest}`];
      });
      if (gone !== undefined && gone.size > 0) throw new Error(`${name} has no ${[...gone].join(' ')}`);
      return [name, ...kept].join(' ');
    })
    .join('\n');
}

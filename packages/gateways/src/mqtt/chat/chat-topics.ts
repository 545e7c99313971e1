/** Whom a topic of a conversation names. */
export type ChatTarget =
  | { readonly to: 'user'; readonly user: string }
  | { readonly to: 'conversation'; readonly conversation: number };

/** What publishing to it does there. */
export type ChatAct =
  | { readonly does: 'say' | 'read' | 'typing' }
  | { readonly does: 'edit' | 'recall' | 'react' | 'unreact'; readonly seq: number };

export interface ChatTopic {
  readonly target: ChatTarget;
  readonly act: ChatAct;
}

const INBOX = 'inbox';
const GROUP = 'g';
const USER_ID = /^[A-Za-z_-][\w-]{0,63}$/;
const NUMBER = /^[1-9]\d{0,14}$/;

/** [MQ11] Reads `<user>`, `inbox/<user>` or `g/<number>`, with what is done there behind it; null for any other topic. */
export function parseChatTopic(topic: string): ChatTopic | null {
  const levels = topic.split('/');
  const [first = '', second = ''] = levels;
  if (first === GROUP && NUMBER.test(second)) {
    return withAct({ to: 'conversation', conversation: Number(second) }, levels.slice(2));
  }
  if (first === INBOX && USER_ID.test(second)) return withAct({ to: 'user', user: second }, levels.slice(2));
  return USER_ID.test(first) ? withAct({ to: 'user', user: first }, levels.slice(1)) : null;
}

function withAct(target: ChatTarget, [does, at, ...more]: readonly string[]): ChatTopic | null {
  if (does === undefined) return { target, act: { does: 'say' } };
  if (at === undefined) return does === 'read' || does === 'typing' ? { target, act: { does } } : null;
  if (more.length > 0 || !NUMBER.test(at)) return null;
  if (does !== 'edit' && does !== 'recall' && does !== 'react' && does !== 'unreact') return null;
  return { target, act: { does, seq: Number(at) } };
}

/** [MQ12] Filters of one's own inbox and of groups. Nobody's inbox but one's own, also not behind a wildcard. */
export function isChatFilter(levels: readonly string[], me: string): boolean {
  const [first = '', second] = levels;
  if (first === INBOX && second !== undefined) return second === me || second === '+' || second === '#';
  if (first === GROUP && second !== undefined && NUMBER.test(second)) return true;
  return first === me;
}

/** The topics under which something of a conversation is told, the most particular first. */
export function topicsOf(conversation: number, me: string, event: string): string[] {
  const tail = event === '' ? '' : `/${event}`;
  return [`${GROUP}/${conversation}${tail}`, `${INBOX}/${me}${tail}`, `${me}${tail}`];
}

/** What a typed line asks for. */
export type Command =
  | { readonly type: 'send'; readonly text: string }
  | { readonly type: 'open'; readonly to: string }
  | { readonly type: 'group'; readonly title: string; readonly users: readonly string[] }
  | { readonly type: 'invite'; readonly users: readonly string[] }
  | { readonly type: 'kick'; readonly users: readonly string[] }
  | { readonly type: 'edit'; readonly text: string }
  | { readonly type: 'title'; readonly text: string }
  | { readonly type: 'react'; readonly key: string }
  | { readonly [Type in Simple]: { readonly type: Type } }[Simple]
  | { readonly type: 'nothing' }
  | { readonly type: 'unknown'; readonly name: string }
  | { readonly type: 'incomplete'; readonly usage: string };

type Simple = keyof typeof SIMPLE;

const SIMPLE = {
  list: { zh: '列出会话', en: 'lists the conversations' },
  older: { zh: '加载更早的消息', en: 'loads earlier messages' },
  members: { zh: '列出成员', en: 'lists the members' },
  recall: { zh: '撤回自己最后一条消息', en: 'withdraws your last message' },
  outbox: { zh: '查看待发送的消息', en: 'shows what waits to be sent' },
  retry: { zh: '重发失败的消息', en: 'sends failed messages again' },
  status: { zh: '查看连接状态', en: 'tells about the connection' },
  leave: { zh: '退出群聊', en: 'leaves the group' },
  help: { zh: '查看帮助', en: 'shows this' },
  quit: { zh: '退出程序', en: 'ends the program' },
} as const;

const WITH_ARGUMENTS = {
  open: {
    usage: '/open NAME',
    zh: '打开与某人的会话，或编号为 NAME 的群聊',
    en: 'opens the conversation with NAME, or the group of that number',
  },
  group: { usage: '/group TITLE NAME…', zh: '创建群聊', en: 'makes a group' },
  invite: { usage: '/invite NAME…', zh: '邀请成员', en: 'invites to this group' },
  kick: { usage: '/kick NAME…', zh: '移出成员', en: 'removes from this group' },
  title: { usage: '/title TITLE', zh: '修改群名', en: 'renames this group' },
  edit: { usage: '/edit TEXT', zh: '修改自己最后一条消息', en: 'changes your last message' },
  react: { usage: '/react 👍', zh: '回应最后一条消息', en: 'reacts to the last message' },
} as const;

type Name = keyof typeof WITH_ARGUMENTS;

/** Reads one line; anything that is no command is a text, and `//` begins a text with a slash. */
export function parseCommand(line: string): Command {
  const text = line.trim();
  if (text === '') return { type: 'nothing' };
  if (!text.startsWith('/')) return { type: 'send', text: line };
  if (text.startsWith('//')) return { type: 'send', text: text.slice(1) };
  const [word = '', ...rest] = text.slice(1).split(/\s+/);
  const name = word.toLowerCase();
  if (isSimple(name)) return { type: name };
  if (!isName(name)) return { type: 'unknown', name: word };
  return withArguments(name, rest, text.slice(1 + word.length).trim());
}

/** Every command with what it does, one line each. */
export function helpLines(locale: 'zh' | 'en'): string[] {
  const all = [
    ...Object.values(WITH_ARGUMENTS).map((entry) => [entry.usage, entry[locale]] as const),
    ...Object.entries(SIMPLE).map(([name, words]) => [`/${name}`, words[locale]] as const),
  ];
  return all.map(([usage, words]) => `${usage} — ${words}`);
}

function withArguments(name: Name, words: readonly string[], text: string): Command {
  const [first, ...others] = words;
  const incomplete: Command = { type: 'incomplete', usage: WITH_ARGUMENTS[name].usage };
  if (first === undefined) return incomplete;
  switch (name) {
    case 'open':
      return { type: 'open', to: first };
    case 'group':
      return others.length === 0 ? incomplete : { type: 'group', title: first, users: others };
    case 'invite':
    case 'kick':
      return { type: name, users: words };
    case 'title':
    case 'edit':
      return { type: name, text };
    case 'react':
      return { type: 'react', key: first };
  }
}

function isSimple(name: string): name is Simple {
  return Object.hasOwn(SIMPLE, name);
}

function isName(name: string): name is Name {
  return Object.hasOwn(WITH_ARGUMENTS, name);
}

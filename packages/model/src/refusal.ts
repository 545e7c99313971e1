/**
 * Every expected "no", in one table: the same code in the core, on every wire and in the SDK. A refusal is an answer,
 * not an exception. Codes are stable forever; the family before the dot says what a client should do about it.
 */
export interface RefusalInfo {
  /** True when the very same command may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  readonly en: string;
  readonly zh: string;
}

export const REFUSALS = {
  'auth.required': { retryable: false, en: 'Sign in first.', zh: '请先登录。' },
  'auth.bad_credentials': { retryable: false, en: 'Wrong name or password.', zh: '用户名或密码错误。' },
  'auth.token_expired': { retryable: false, en: 'Your sign-in has expired.', zh: '登录已过期。' },
  'auth.revoked': { retryable: false, en: 'This device was signed out.', zh: '此设备已被退出登录。' },
  'auth.dev_disabled': {
    retryable: false,
    en: 'Development sign-in is off on this server.',
    zh: '该服务器未开启开发登录。',
  },
  'auth.registration_closed': {
    retryable: false,
    en: 'This server takes new accounts by invitation only.',
    zh: '该服务器仅限邀请注册。',
  },
  'auth.invite_invalid': { retryable: false, en: 'This invitation is not valid.', zh: '邀请无效。' },
  'auth.name_taken': { retryable: false, en: 'This name is taken.', zh: '该用户名已被使用。' },
  'auth.name_invalid': {
    retryable: false,
    en: 'Names are 1–64 letters, digits, "_" or "-", and do not start with a digit.',
    zh: '用户名为 1–64 个字母、数字、“_”或“-”，且不能以数字开头。',
  },
  'auth.password_weak': {
    retryable: false,
    en: 'The password needs at least 8 characters.',
    zh: '密码至少需要 8 个字符。',
  },
  'auth.too_many_attempts': {
    retryable: true,
    en: 'Too many failed sign-ins; wait a minute.',
    zh: '登录失败次数过多，请稍候。',
  },
  'limit.rate': { retryable: true, en: 'Too fast; slow down a little.', zh: '操作过快，请稍候。' },
  'limit.too_many_devices': {
    retryable: false,
    en: 'This account is signed in on too many devices.',
    zh: '该账号登录的设备过多。',
  },
  'limit.too_many_conversations': {
    retryable: false,
    en: 'This account is in too many conversations.',
    zh: '该账号加入的会话过多。',
  },
  'limit.group_full': { retryable: false, en: 'The group is full.', zh: '群成员已满。' },
  'limit.topics': { retryable: false, en: 'Too many topics or values.', zh: '主题或数据数量过多。' },
  'message.too_large': { retryable: false, en: 'The message is too long.', zh: '消息过长。' },
  'message.invalid': { retryable: false, en: 'The message is not valid.', zh: '消息无效。' },
  'message.not_found': { retryable: false, en: 'There is no such message.', zh: '消息不存在。' },
  'message.recall_window_passed': {
    retryable: false,
    en: 'It is too late to recall this message.',
    zh: '已超过可撤回时间。',
  },
  'message.not_editable': { retryable: false, en: 'This message cannot be changed.', zh: '该消息不可修改。' },
  'permission.not_member': {
    retryable: false,
    en: 'You are not a member of this conversation.',
    zh: '你不是该会话的成员。',
  },
  'permission.role': {
    retryable: false,
    en: 'Only an owner or admin of the group may do this.',
    zh: '仅群主或管理员可执行此操作。',
  },
  'permission.direct': {
    retryable: false,
    en: 'A direct conversation always has the same two members.',
    zh: '单聊的成员不可变更。',
  },
  'permission.self_conversation': {
    retryable: false,
    en: 'You cannot start a conversation with yourself.',
    zh: '不能与自己发起会话。',
  },
  'permission.topic': { retryable: false, en: 'You may not use this topic.', zh: '无权使用该主题。' },
  'user.not_found': { retryable: false, en: 'There is no such user.', zh: '用户不存在。' },
  'conflict.duplicate': {
    retryable: false,
    en: 'This position was already used for a different message.',
    zh: '该编号已用于另一条消息。',
  },
  'request.invalid': { retryable: false, en: 'The request is not valid.', zh: '请求无效。' },
  'request.unknown': {
    retryable: false,
    en: 'The server does not know this request.',
    zh: '服务器不支持该请求。',
  },
  'client.upgrade_required': {
    retryable: false,
    en: 'This version is too old; please update.',
    zh: '版本过旧，请升级。',
  },
  'server.storage_full': {
    retryable: true,
    en: 'The server has no room to store messages right now.',
    zh: '服务器存储空间不足。',
  },
  'server.storage_unavailable': {
    retryable: true,
    en: 'The server cannot reach its storage right now.',
    zh: '服务器存储暂不可用。',
  },
  'server.overloaded': {
    retryable: true,
    en: 'The server is busy; try again soon.',
    zh: '服务器繁忙，请稍后再试。',
  },
  'server.shutting_down': { retryable: true, en: 'The server is restarting.', zh: '服务器正在重启。' },
} as const satisfies Record<string, RefusalInfo>;

export type RefusalCode = keyof typeof REFUSALS;

/** A command's "no", as every layer passes it on. */
export interface Refusal {
  readonly outcome: 'refused';
  readonly code: RefusalCode;
  /** Present when waiting is what helps. */
  readonly retryAfterMs?: number;
  /** The limit that was met, in its own unit, so that the person can be told. */
  readonly limit?: number;
}

export function refuse(code: RefusalCode, detail: { retryAfterMs?: number; limit?: number } = {}): Refusal {
  return { outcome: 'refused', code, ...detail };
}

export function isRefusalCode(text: string): text is RefusalCode {
  return Object.hasOwn(REFUSALS, text);
}

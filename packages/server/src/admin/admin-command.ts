import { type Refusal, refuse } from '@skein/model';

/** What an operator can ask for, of a running server or of its data. */
export type AdminCommand =
  | { readonly type: 'status' }
  | { readonly type: 'user-add'; readonly id: string; readonly password: string; readonly name: string }
  | { readonly type: 'user-list' }
  | { readonly type: 'user-password'; readonly id: string; readonly password: string }
  | { readonly type: 'invite-create' };

export type AdminAnswer =
  | { readonly outcome: 'status'; readonly pid: number; readonly version: string; readonly url: string }
  | { readonly outcome: 'user'; readonly number: number; readonly id: string }
  | { readonly outcome: 'users'; readonly users: readonly AdminUser[] }
  | { readonly outcome: 'invitation'; readonly code: string; readonly expiresAtMs: number }
  | Refusal;

export interface AdminUser {
  readonly number: number;
  readonly id: string;
  readonly name: string;
}

/** Understands one line from the admin socket. */
export function parseAdminCommand(line: string): AdminCommand | Refusal {
  const fields = parseObject(line);
  const { type, id, password, name } = fields;
  switch (type) {
    case 'status':
    case 'user-list':
    case 'invite-create':
      return { type };
    case 'user-add':
      if (typeof id !== 'string' || typeof password !== 'string') return refuse('request.invalid');
      return { type, id, password, name: typeof name === 'string' ? name : id };
    case 'user-password':
      if (typeof id !== 'string' || typeof password !== 'string') return refuse('request.invalid');
      return { type, id, password };
    default:
      return refuse('request.unknown');
  }
}

function parseObject(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

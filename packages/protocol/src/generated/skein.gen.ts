// Generated from proto/ by tools/generate.ts. Do not edit.

import type { Reader } from '../wire/reader.ts';
import type { Writer } from '../wire/writer.ts';

const NO_BYTES = new Uint8Array(0);

export const MemberAction = {
  unspecified: 0,
  created: 1,
  invited: 2,
  joined: 3,
  left: 4,
  kicked: 5,
  role: 6,
} as const;
/** Any number: a newer peer may know more values. */
export type MemberAction = number;

export const Role = {
  unspecified: 0,
  member: 1,
  admin: 2,
  owner: 3,
} as const;
/** Any number: a newer peer may know more values. */
export type Role = number;

export const Availability = {
  unspecified: 0,
  chatty: 1,
  away: 2,
  long_away: 3,
  busy: 4,
  hidden: 5,
} as const;
/** Any number: a newer peer may know more values. */
export type Availability = number;

export const ConversationKind = {
  unspecified: 0,
  direct: 1,
  group: 2,
} as const;
/** Any number: a newer peer may know more values. */
export type ConversationKind = number;

/** As read: every field present. */
export interface Content {
  readonly of: { readonly case: 'text'; readonly value: string } | { readonly case: 'custom'; readonly value: CustomContent } | undefined;
  readonly fallback: string;
  readonly replyTo: number;
  readonly mentions: readonly number[];
  readonly key: string;
  readonly subject: string;
  readonly thread: string;
  readonly language: string;
  readonly asksReceipt: boolean;
  readonly noCopies: boolean;
  readonly elements: string;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface ContentInit {
  readonly of?: { readonly case: 'text'; readonly value: string } | { readonly case: 'custom'; readonly value: CustomContentInit } | undefined;
  readonly fallback?: string | undefined;
  readonly replyTo?: number | undefined;
  readonly mentions?: readonly number[] | undefined;
  readonly key?: string | undefined;
  readonly subject?: string | undefined;
  readonly thread?: string | undefined;
  readonly language?: string | undefined;
  readonly asksReceipt?: boolean | undefined;
  readonly noCopies?: boolean | undefined;
  readonly elements?: string | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeContent(w: Writer, m: ContentInit): void {
  const of = m.of;
  switch (of?.case) {
    case 'text': {
      w.uint(10);
      w.string(of.value);
      break;
    }
    case 'custom': {
      w.uint(18);
      const mark = w.begin();
      writeCustomContent(w, of.value);
      w.end(mark);
      break;
    }
  }
  if (m.fallback !== undefined && m.fallback !== '') {
    w.uint(122);
    w.string(m.fallback);
  }
  if (m.replyTo !== undefined && m.replyTo !== 0) {
    w.uint(128);
    w.uint(m.replyTo);
  }
  if (m.mentions !== undefined && m.mentions.length > 0) {
    w.uint(138);
    const mark = w.begin();
    for (const value of m.mentions) w.uint(value);
    w.end(mark);
  }
  if (m.key !== undefined && m.key !== '') {
    w.uint(146);
    w.string(m.key);
  }
  if (m.subject !== undefined && m.subject !== '') {
    w.uint(154);
    w.string(m.subject);
  }
  if (m.thread !== undefined && m.thread !== '') {
    w.uint(162);
    w.string(m.thread);
  }
  if (m.language !== undefined && m.language !== '') {
    w.uint(170);
    w.string(m.language);
  }
  if (m.asksReceipt !== undefined && m.asksReceipt !== false) {
    w.uint(176);
    w.bool(m.asksReceipt);
  }
  if (m.noCopies !== undefined && m.noCopies !== false) {
    w.uint(184);
    w.bool(m.noCopies);
  }
  if (m.elements !== undefined && m.elements !== '') {
    w.uint(194);
    w.string(m.elements);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readContent(r: Reader, end: number): Content {
  let of: Content['of'];
  let fallback: string = '';
  let replyTo: number = 0;
  const mentions: number[] = [];
  let key: string = '';
  let subject: string = '';
  let thread: string = '';
  let language: string = '';
  let asksReceipt: boolean = false;
  let noCopies: boolean = false;
  let elements: string = '';
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        of = { case: 'text', value: r.string() };
        break;
      }
      case 18: {
        const partEnd = r.enter();
        const value = readCustomContent(r, partEnd);
        r.leave(partEnd);
        of = { case: 'custom', value: value };
        break;
      }
      case 122: {
        fallback = r.string();
        break;
      }
      case 128: {
        replyTo = r.uint();
        break;
      }
      case 136: {
        mentions.push(r.uint());
        break;
      }
      case 138: {
        const partEnd = r.enter();
        while (r.at < partEnd) mentions.push(r.uint());
        r.leave(partEnd);
        break;
      }
      case 146: {
        key = r.string();
        break;
      }
      case 154: {
        subject = r.string();
        break;
      }
      case 162: {
        thread = r.string();
        break;
      }
      case 170: {
        language = r.string();
        break;
      }
      case 176: {
        asksReceipt = r.bool();
        break;
      }
      case 184: {
        noCopies = r.bool();
        break;
      }
      case 194: {
        elements = r.string();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { of, fallback, replyTo, mentions, key, subject, thread, language, asksReceipt, noCopies, elements, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface CustomContent {
  readonly kind: string;
  readonly json: string;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface CustomContentInit {
  readonly kind?: string | undefined;
  readonly json?: string | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeCustomContent(w: Writer, m: CustomContentInit): void {
  if (m.kind !== undefined && m.kind !== '') {
    w.uint(10);
    w.string(m.kind);
  }
  if (m.json !== undefined && m.json !== '') {
    w.uint(18);
    w.string(m.json);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readCustomContent(r: Reader, end: number): CustomContent {
  let kind: string = '';
  let json: string = '';
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        kind = r.string();
        break;
      }
      case 18: {
        json = r.string();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { kind, json, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Reaction {
  readonly key: string;
  readonly removed: boolean;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface ReactionInit {
  readonly key?: string | undefined;
  readonly removed?: boolean | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeReaction(w: Writer, m: ReactionInit): void {
  if (m.key !== undefined && m.key !== '') {
    w.uint(10);
    w.string(m.key);
  }
  if (m.removed !== undefined && m.removed !== false) {
    w.uint(16);
    w.bool(m.removed);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readReaction(r: Reader, end: number): Reaction {
  let key: string = '';
  let removed: boolean = false;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        key = r.string();
        break;
      }
      case 16: {
        removed = r.bool();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { key, removed, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface MemberChange {
  readonly action: MemberAction;
  readonly users: readonly number[];
  readonly role: Role;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface MemberChangeInit {
  readonly action?: MemberAction | undefined;
  readonly users?: readonly number[] | undefined;
  readonly role?: Role | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeMemberChange(w: Writer, m: MemberChangeInit): void {
  if (m.action !== undefined && m.action !== 0) {
    w.uint(8);
    w.uint(m.action);
  }
  if (m.users !== undefined && m.users.length > 0) {
    w.uint(18);
    const mark = w.begin();
    for (const value of m.users) w.uint(value);
    w.end(mark);
  }
  if (m.role !== undefined && m.role !== 0) {
    w.uint(24);
    w.uint(m.role);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readMemberChange(r: Reader, end: number): MemberChange {
  let action: number = 0;
  const users: number[] = [];
  let role: number = 0;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        action = r.uint32();
        break;
      }
      case 16: {
        users.push(r.uint());
        break;
      }
      case 18: {
        const partEnd = r.enter();
        while (r.at < partEnd) users.push(r.uint());
        r.leave(partEnd);
        break;
      }
      case 24: {
        role = r.uint32();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { action, users, role, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface SettingsChange {
  readonly title: string | undefined;
  readonly open: boolean | undefined;
  readonly attributes: readonly Attribute[];
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface SettingsChangeInit {
  readonly title?: string | undefined;
  readonly open?: boolean | undefined;
  readonly attributes?: readonly AttributeInit[] | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeSettingsChange(w: Writer, m: SettingsChangeInit): void {
  if (m.title !== undefined) {
    w.uint(10);
    w.string(m.title);
  }
  if (m.open !== undefined) {
    w.uint(16);
    w.bool(m.open);
  }
  if (m.attributes !== undefined) {
    for (const value of m.attributes) {
      w.uint(26);
      const mark = w.begin();
      writeAttribute(w, value);
      w.end(mark);
    }
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readSettingsChange(r: Reader, end: number): SettingsChange {
  let title: string | undefined;
  let open: boolean | undefined;
  const attributes: Attribute[] = [];
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        title = r.string();
        break;
      }
      case 16: {
        open = r.bool();
        break;
      }
      case 26: {
        const partEnd = r.enter();
        const value = readAttribute(r, partEnd);
        r.leave(partEnd);
        attributes.push(value);
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { title, open, attributes, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Attribute {
  readonly key: string;
  readonly value: string;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface AttributeInit {
  readonly key?: string | undefined;
  readonly value?: string | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeAttribute(w: Writer, m: AttributeInit): void {
  if (m.key !== undefined && m.key !== '') {
    w.uint(10);
    w.string(m.key);
  }
  if (m.value !== undefined && m.value !== '') {
    w.uint(18);
    w.string(m.value);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readAttribute(r: Reader, end: number): Attribute {
  let key: string = '';
  let value: string = '';
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        key = r.string();
        break;
      }
      case 18: {
        value = r.string();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { key, value, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Up {
  readonly frame: { readonly case: 'hello'; readonly value: Hello } | { readonly case: 'send'; readonly value: Send } | { readonly case: 'received'; readonly value: Received } | { readonly case: 'read'; readonly value: Read } | { readonly case: 'typing'; readonly value: Typing } | { readonly case: 'sync'; readonly value: Sync } | { readonly case: 'request'; readonly value: Request } | { readonly case: 'goodbye'; readonly value: Goodbye } | { readonly case: 'probe'; readonly value: Probe } | { readonly case: 'transient'; readonly value: Transient } | undefined;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface UpInit {
  readonly frame?: { readonly case: 'hello'; readonly value: HelloInit } | { readonly case: 'send'; readonly value: SendInit } | { readonly case: 'received'; readonly value: ReceivedInit } | { readonly case: 'read'; readonly value: ReadInit } | { readonly case: 'typing'; readonly value: TypingInit } | { readonly case: 'sync'; readonly value: SyncInit } | { readonly case: 'request'; readonly value: RequestInit } | { readonly case: 'goodbye'; readonly value: GoodbyeInit } | { readonly case: 'probe'; readonly value: ProbeInit } | { readonly case: 'transient'; readonly value: TransientInit } | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeUp(w: Writer, m: UpInit): void {
  const of = m.frame;
  switch (of?.case) {
    case 'hello': {
      w.uint(10);
      const mark = w.begin();
      writeHello(w, of.value);
      w.end(mark);
      break;
    }
    case 'send': {
      w.uint(18);
      const mark = w.begin();
      writeSend(w, of.value);
      w.end(mark);
      break;
    }
    case 'received': {
      w.uint(26);
      const mark = w.begin();
      writeReceived(w, of.value);
      w.end(mark);
      break;
    }
    case 'read': {
      w.uint(34);
      const mark = w.begin();
      writeRead(w, of.value);
      w.end(mark);
      break;
    }
    case 'typing': {
      w.uint(42);
      const mark = w.begin();
      writeTyping(w, of.value);
      w.end(mark);
      break;
    }
    case 'sync': {
      w.uint(50);
      const mark = w.begin();
      writeSync(w, of.value);
      w.end(mark);
      break;
    }
    case 'request': {
      w.uint(58);
      const mark = w.begin();
      writeRequest(w, of.value);
      w.end(mark);
      break;
    }
    case 'goodbye': {
      w.uint(66);
      const mark = w.begin();
      writeGoodbye(w, of.value);
      w.end(mark);
      break;
    }
    case 'probe': {
      w.uint(74);
      const mark = w.begin();
      writeProbe(w, of.value);
      w.end(mark);
      break;
    }
    case 'transient': {
      w.uint(82);
      const mark = w.begin();
      writeTransient(w, of.value);
      w.end(mark);
      break;
    }
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readUp(r: Reader, end: number): Up {
  let frame: Up['frame'];
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        const partEnd = r.enter();
        const value = readHello(r, partEnd);
        r.leave(partEnd);
        frame = { case: 'hello', value: value };
        break;
      }
      case 18: {
        const partEnd = r.enter();
        const value = readSend(r, partEnd);
        r.leave(partEnd);
        frame = { case: 'send', value: value };
        break;
      }
      case 26: {
        const partEnd = r.enter();
        const value = readReceived(r, partEnd);
        r.leave(partEnd);
        frame = { case: 'received', value: value };
        break;
      }
      case 34: {
        const partEnd = r.enter();
        const value = readRead(r, partEnd);
        r.leave(partEnd);
        frame = { case: 'read', value: value };
        break;
      }
      case 42: {
        const partEnd = r.enter();
        const value = readTyping(r, partEnd);
        r.leave(partEnd);
        frame = { case: 'typing', value: value };
        break;
      }
      case 50: {
        const partEnd = r.enter();
        const value = readSync(r, partEnd);
        r.leave(partEnd);
        frame = { case: 'sync', value: value };
        break;
      }
      case 58: {
        const partEnd = r.enter();
        const value = readRequest(r, partEnd);
        r.leave(partEnd);
        frame = { case: 'request', value: value };
        break;
      }
      case 66: {
        const partEnd = r.enter();
        const value = readGoodbye(r, partEnd);
        r.leave(partEnd);
        frame = { case: 'goodbye', value: value };
        break;
      }
      case 74: {
        const partEnd = r.enter();
        const value = readProbe(r, partEnd);
        r.leave(partEnd);
        frame = { case: 'probe', value: value };
        break;
      }
      case 82: {
        const partEnd = r.enter();
        const value = readTransient(r, partEnd);
        r.leave(partEnd);
        frame = { case: 'transient', value: value };
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { frame, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Hello {
  readonly version: number;
  readonly versionMin: number;
  readonly capabilities: readonly string[];
  readonly installation: string;
  readonly app: string;
  readonly appVersion: string;
  readonly platform: string;
  readonly locale: string;
  readonly deviceKind: string;
  readonly deviceName: string;
  readonly heartbeatMs: number;
  readonly auth: { readonly case: 'accessToken'; readonly value: string } | { readonly case: 'refreshToken'; readonly value: string } | { readonly case: 'password'; readonly value: PasswordAuth } | { readonly case: 'registration'; readonly value: Registration } | { readonly case: 'dev'; readonly value: string } | undefined;
  readonly sync: Sync | undefined;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface HelloInit {
  readonly version?: number | undefined;
  readonly versionMin?: number | undefined;
  readonly capabilities?: readonly string[] | undefined;
  readonly installation?: string | undefined;
  readonly app?: string | undefined;
  readonly appVersion?: string | undefined;
  readonly platform?: string | undefined;
  readonly locale?: string | undefined;
  readonly deviceKind?: string | undefined;
  readonly deviceName?: string | undefined;
  readonly heartbeatMs?: number | undefined;
  readonly auth?: { readonly case: 'accessToken'; readonly value: string } | { readonly case: 'refreshToken'; readonly value: string } | { readonly case: 'password'; readonly value: PasswordAuthInit } | { readonly case: 'registration'; readonly value: RegistrationInit } | { readonly case: 'dev'; readonly value: string } | undefined;
  readonly sync?: SyncInit | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeHello(w: Writer, m: HelloInit): void {
  if (m.version !== undefined && m.version !== 0) {
    w.uint(8);
    w.uint(m.version);
  }
  if (m.versionMin !== undefined && m.versionMin !== 0) {
    w.uint(16);
    w.uint(m.versionMin);
  }
  if (m.capabilities !== undefined) {
    for (const value of m.capabilities) {
      w.uint(26);
      w.string(value);
    }
  }
  if (m.installation !== undefined && m.installation !== '') {
    w.uint(34);
    w.string(m.installation);
  }
  if (m.app !== undefined && m.app !== '') {
    w.uint(42);
    w.string(m.app);
  }
  if (m.appVersion !== undefined && m.appVersion !== '') {
    w.uint(50);
    w.string(m.appVersion);
  }
  if (m.platform !== undefined && m.platform !== '') {
    w.uint(58);
    w.string(m.platform);
  }
  if (m.locale !== undefined && m.locale !== '') {
    w.uint(66);
    w.string(m.locale);
  }
  if (m.deviceKind !== undefined && m.deviceKind !== '') {
    w.uint(74);
    w.string(m.deviceKind);
  }
  if (m.deviceName !== undefined && m.deviceName !== '') {
    w.uint(82);
    w.string(m.deviceName);
  }
  if (m.heartbeatMs !== undefined && m.heartbeatMs !== 0) {
    w.uint(88);
    w.uint(m.heartbeatMs);
  }
  const of = m.auth;
  switch (of?.case) {
    case 'accessToken': {
      w.uint(130);
      w.string(of.value);
      break;
    }
    case 'refreshToken': {
      w.uint(138);
      w.string(of.value);
      break;
    }
    case 'password': {
      w.uint(146);
      const mark = w.begin();
      writePasswordAuth(w, of.value);
      w.end(mark);
      break;
    }
    case 'registration': {
      w.uint(154);
      const mark = w.begin();
      writeRegistration(w, of.value);
      w.end(mark);
      break;
    }
    case 'dev': {
      w.uint(162);
      w.string(of.value);
      break;
    }
  }
  if (m.sync !== undefined) {
    w.uint(194);
    const mark = w.begin();
    writeSync(w, m.sync);
    w.end(mark);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readHello(r: Reader, end: number): Hello {
  let version: number = 0;
  let versionMin: number = 0;
  const capabilities: string[] = [];
  let installation: string = '';
  let app: string = '';
  let appVersion: string = '';
  let platform: string = '';
  let locale: string = '';
  let deviceKind: string = '';
  let deviceName: string = '';
  let heartbeatMs: number = 0;
  let auth: Hello['auth'];
  let sync: Sync | undefined;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        version = r.uint32();
        break;
      }
      case 16: {
        versionMin = r.uint32();
        break;
      }
      case 26: {
        capabilities.push(r.string());
        break;
      }
      case 34: {
        installation = r.string();
        break;
      }
      case 42: {
        app = r.string();
        break;
      }
      case 50: {
        appVersion = r.string();
        break;
      }
      case 58: {
        platform = r.string();
        break;
      }
      case 66: {
        locale = r.string();
        break;
      }
      case 74: {
        deviceKind = r.string();
        break;
      }
      case 82: {
        deviceName = r.string();
        break;
      }
      case 88: {
        heartbeatMs = r.uint32();
        break;
      }
      case 130: {
        auth = { case: 'accessToken', value: r.string() };
        break;
      }
      case 138: {
        auth = { case: 'refreshToken', value: r.string() };
        break;
      }
      case 146: {
        const partEnd = r.enter();
        const value = readPasswordAuth(r, partEnd);
        r.leave(partEnd);
        auth = { case: 'password', value: value };
        break;
      }
      case 154: {
        const partEnd = r.enter();
        const value = readRegistration(r, partEnd);
        r.leave(partEnd);
        auth = { case: 'registration', value: value };
        break;
      }
      case 162: {
        auth = { case: 'dev', value: r.string() };
        break;
      }
      case 194: {
        const partEnd = r.enter();
        const value = readSync(r, partEnd);
        r.leave(partEnd);
        sync = value;
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { version, versionMin, capabilities, installation, app, appVersion, platform, locale, deviceKind, deviceName, heartbeatMs, auth, sync, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface PasswordAuth {
  readonly user: string;
  readonly password: string;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface PasswordAuthInit {
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writePasswordAuth(w: Writer, m: PasswordAuthInit): void {
  if (m.user !== undefined && m.user !== '') {
    w.uint(10);
    w.string(m.user);
  }
  if (m.password !== undefined && m.password !== '') {
    w.uint(18);
    w.string(m.password);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readPasswordAuth(r: Reader, end: number): PasswordAuth {
  let user: string = '';
  let password: string = '';
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        user = r.string();
        break;
      }
      case 18: {
        password = r.string();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { user, password, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Registration {
  readonly user: string;
  readonly password: string;
  readonly name: string;
  readonly invitation: string;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface RegistrationInit {
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly name?: string | undefined;
  readonly invitation?: string | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeRegistration(w: Writer, m: RegistrationInit): void {
  if (m.user !== undefined && m.user !== '') {
    w.uint(10);
    w.string(m.user);
  }
  if (m.password !== undefined && m.password !== '') {
    w.uint(18);
    w.string(m.password);
  }
  if (m.name !== undefined && m.name !== '') {
    w.uint(26);
    w.string(m.name);
  }
  if (m.invitation !== undefined && m.invitation !== '') {
    w.uint(34);
    w.string(m.invitation);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readRegistration(r: Reader, end: number): Registration {
  let user: string = '';
  let password: string = '';
  let name: string = '';
  let invitation: string = '';
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        user = r.string();
        break;
      }
      case 18: {
        password = r.string();
        break;
      }
      case 26: {
        name = r.string();
        break;
      }
      case 34: {
        invitation = r.string();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { user, password, name, invitation, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Send {
  readonly conversation: number;
  readonly counter: number;
  readonly text: string;
  readonly content: Uint8Array;
  readonly kind: number;
  readonly target: number;
  readonly reaction: Reaction | undefined;
  readonly key: string;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface SendInit {
  readonly conversation?: number | undefined;
  readonly counter?: number | undefined;
  readonly text?: string | undefined;
  readonly content?: Uint8Array | undefined;
  readonly kind?: number | undefined;
  readonly target?: number | undefined;
  readonly reaction?: ReactionInit | undefined;
  readonly key?: string | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeSend(w: Writer, m: SendInit): void {
  if (m.conversation !== undefined && m.conversation !== 0) {
    w.uint(8);
    w.uint(m.conversation);
  }
  if (m.counter !== undefined && m.counter !== 0) {
    w.uint(16);
    w.uint(m.counter);
  }
  if (m.text !== undefined && m.text !== '') {
    w.uint(26);
    w.string(m.text);
  }
  if (m.content !== undefined && m.content.length > 0) {
    w.uint(34);
    w.bytes(m.content);
  }
  if (m.kind !== undefined && m.kind !== 0) {
    w.uint(40);
    w.uint(m.kind);
  }
  if (m.target !== undefined && m.target !== 0) {
    w.uint(48);
    w.uint(m.target);
  }
  if (m.reaction !== undefined) {
    w.uint(58);
    const mark = w.begin();
    writeReaction(w, m.reaction);
    w.end(mark);
  }
  if (m.key !== undefined && m.key !== '') {
    w.uint(66);
    w.string(m.key);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readSend(r: Reader, end: number): Send {
  let conversation: number = 0;
  let counter: number = 0;
  let text: string = '';
  let content: Uint8Array = NO_BYTES;
  let kind: number = 0;
  let target: number = 0;
  let reaction: Reaction | undefined;
  let key: string = '';
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        conversation = r.uint();
        break;
      }
      case 16: {
        counter = r.uint();
        break;
      }
      case 26: {
        text = r.string();
        break;
      }
      case 34: {
        content = r.copy();
        break;
      }
      case 40: {
        kind = r.uint32();
        break;
      }
      case 48: {
        target = r.uint();
        break;
      }
      case 58: {
        const partEnd = r.enter();
        const value = readReaction(r, partEnd);
        r.leave(partEnd);
        reaction = value;
        break;
      }
      case 66: {
        key = r.string();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { conversation, counter, text, content, kind, target, reaction, key, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Received {
  readonly pushes: number;
  readonly delivered: readonly Upto[];
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface ReceivedInit {
  readonly pushes?: number | undefined;
  readonly delivered?: readonly UptoInit[] | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeReceived(w: Writer, m: ReceivedInit): void {
  if (m.pushes !== undefined && m.pushes !== 0) {
    w.uint(8);
    w.uint(m.pushes);
  }
  if (m.delivered !== undefined) {
    for (const value of m.delivered) {
      w.uint(18);
      const mark = w.begin();
      writeUpto(w, value);
      w.end(mark);
    }
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readReceived(r: Reader, end: number): Received {
  let pushes: number = 0;
  const delivered: Upto[] = [];
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        pushes = r.uint();
        break;
      }
      case 18: {
        const partEnd = r.enter();
        const value = readUpto(r, partEnd);
        r.leave(partEnd);
        delivered.push(value);
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { pushes, delivered, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Upto {
  readonly conversation: number;
  readonly seq: number;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface UptoInit {
  readonly conversation?: number | undefined;
  readonly seq?: number | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeUpto(w: Writer, m: UptoInit): void {
  if (m.conversation !== undefined && m.conversation !== 0) {
    w.uint(8);
    w.uint(m.conversation);
  }
  if (m.seq !== undefined && m.seq !== 0) {
    w.uint(16);
    w.uint(m.seq);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readUpto(r: Reader, end: number): Upto {
  let conversation: number = 0;
  let seq: number = 0;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        conversation = r.uint();
        break;
      }
      case 16: {
        seq = r.uint();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { conversation, seq, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Read {
  readonly conversation: number;
  readonly seq: number;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface ReadInit {
  readonly conversation?: number | undefined;
  readonly seq?: number | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeRead(w: Writer, m: ReadInit): void {
  if (m.conversation !== undefined && m.conversation !== 0) {
    w.uint(8);
    w.uint(m.conversation);
  }
  if (m.seq !== undefined && m.seq !== 0) {
    w.uint(16);
    w.uint(m.seq);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readRead(r: Reader, end: number): Read {
  let conversation: number = 0;
  let seq: number = 0;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        conversation = r.uint();
        break;
      }
      case 16: {
        seq = r.uint();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { conversation, seq, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Typing {
  readonly conversation: number;
  readonly user: number;
  readonly stopped: boolean;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface TypingInit {
  readonly conversation?: number | undefined;
  readonly user?: number | undefined;
  readonly stopped?: boolean | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeTyping(w: Writer, m: TypingInit): void {
  if (m.conversation !== undefined && m.conversation !== 0) {
    w.uint(8);
    w.uint(m.conversation);
  }
  if (m.user !== undefined && m.user !== 0) {
    w.uint(16);
    w.uint(m.user);
  }
  if (m.stopped !== undefined && m.stopped !== false) {
    w.uint(24);
    w.bool(m.stopped);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readTyping(r: Reader, end: number): Typing {
  let conversation: number = 0;
  let user: number = 0;
  let stopped: boolean = false;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        conversation = r.uint();
        break;
      }
      case 16: {
        user = r.uint();
        break;
      }
      case 24: {
        stopped = r.bool();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { conversation, user, stopped, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Transient {
  readonly conversation: number;
  readonly user: number;
  readonly text: string;
  readonly content: Uint8Array;
  readonly will: boolean;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface TransientInit {
  readonly conversation?: number | undefined;
  readonly user?: number | undefined;
  readonly text?: string | undefined;
  readonly content?: Uint8Array | undefined;
  readonly will?: boolean | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeTransient(w: Writer, m: TransientInit): void {
  if (m.conversation !== undefined && m.conversation !== 0) {
    w.uint(8);
    w.uint(m.conversation);
  }
  if (m.user !== undefined && m.user !== 0) {
    w.uint(16);
    w.uint(m.user);
  }
  if (m.text !== undefined && m.text !== '') {
    w.uint(26);
    w.string(m.text);
  }
  if (m.content !== undefined && m.content.length > 0) {
    w.uint(34);
    w.bytes(m.content);
  }
  if (m.will !== undefined && m.will !== false) {
    w.uint(40);
    w.bool(m.will);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readTransient(r: Reader, end: number): Transient {
  let conversation: number = 0;
  let user: number = 0;
  let text: string = '';
  let content: Uint8Array = NO_BYTES;
  let will: boolean = false;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        conversation = r.uint();
        break;
      }
      case 16: {
        user = r.uint();
        break;
      }
      case 26: {
        text = r.string();
        break;
      }
      case 34: {
        content = r.copy();
        break;
      }
      case 40: {
        will = r.bool();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { conversation, user, text, content, will, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Sync {
  readonly epoch: string;
  readonly cursor: number;
  readonly conversations: number;
  readonly entriesEach: number;
  readonly read: readonly Upto[];
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface SyncInit {
  readonly epoch?: string | undefined;
  readonly cursor?: number | undefined;
  readonly conversations?: number | undefined;
  readonly entriesEach?: number | undefined;
  readonly read?: readonly UptoInit[] | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeSync(w: Writer, m: SyncInit): void {
  if (m.epoch !== undefined && m.epoch !== '') {
    w.uint(10);
    w.string(m.epoch);
  }
  if (m.cursor !== undefined && m.cursor !== 0) {
    w.uint(16);
    w.uint(m.cursor);
  }
  if (m.conversations !== undefined && m.conversations !== 0) {
    w.uint(24);
    w.uint(m.conversations);
  }
  if (m.entriesEach !== undefined && m.entriesEach !== 0) {
    w.uint(32);
    w.uint(m.entriesEach);
  }
  if (m.read !== undefined) {
    for (const value of m.read) {
      w.uint(42);
      const mark = w.begin();
      writeUpto(w, value);
      w.end(mark);
    }
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readSync(r: Reader, end: number): Sync {
  let epoch: string = '';
  let cursor: number = 0;
  let conversations: number = 0;
  let entriesEach: number = 0;
  const read: Upto[] = [];
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        epoch = r.string();
        break;
      }
      case 16: {
        cursor = r.uint();
        break;
      }
      case 24: {
        conversations = r.uint32();
        break;
      }
      case 32: {
        entriesEach = r.uint32();
        break;
      }
      case 42: {
        const partEnd = r.enter();
        const value = readUpto(r, partEnd);
        r.leave(partEnd);
        read.push(value);
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { epoch, cursor, conversations, entriesEach, read, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Request {
  readonly id: number;
  readonly ask: { readonly case: 'createDirect'; readonly value: CreateDirect } | { readonly case: 'createGroup'; readonly value: CreateGroup } | { readonly case: 'changeMembers'; readonly value: ChangeMembers } | { readonly case: 'changeSettings'; readonly value: ChangeSettings } | { readonly case: 'history'; readonly value: History } | { readonly case: 'listMembers'; readonly value: ListMembers } | { readonly case: 'findUsers'; readonly value: FindUsers } | { readonly case: 'listDevices'; readonly value: ListDevices } | { readonly case: 'revokeDevice'; readonly value: RevokeDevice } | { readonly case: 'refreshSession'; readonly value: RefreshSession } | { readonly case: 'changePassword'; readonly value: ChangePassword } | { readonly case: 'createInvitation'; readonly value: CreateInvitation } | { readonly case: 'findSent'; readonly value: FindSent } | { readonly case: 'setPresence'; readonly value: SetPresence } | { readonly case: 'findPresence'; readonly value: FindPresence } | { readonly case: 'unwatchPresence'; readonly value: UnwatchPresence } | { readonly case: 'setWill'; readonly value: SetWill } | undefined;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface RequestInit {
  readonly id?: number | undefined;
  readonly ask?: { readonly case: 'createDirect'; readonly value: CreateDirectInit } | { readonly case: 'createGroup'; readonly value: CreateGroupInit } | { readonly case: 'changeMembers'; readonly value: ChangeMembersInit } | { readonly case: 'changeSettings'; readonly value: ChangeSettingsInit } | { readonly case: 'history'; readonly value: HistoryInit } | { readonly case: 'listMembers'; readonly value: ListMembersInit } | { readonly case: 'findUsers'; readonly value: FindUsersInit } | { readonly case: 'listDevices'; readonly value: ListDevicesInit } | { readonly case: 'revokeDevice'; readonly value: RevokeDeviceInit } | { readonly case: 'refreshSession'; readonly value: RefreshSessionInit } | { readonly case: 'changePassword'; readonly value: ChangePasswordInit } | { readonly case: 'createInvitation'; readonly value: CreateInvitationInit } | { readonly case: 'findSent'; readonly value: FindSentInit } | { readonly case: 'setPresence'; readonly value: SetPresenceInit } | { readonly case: 'findPresence'; readonly value: FindPresenceInit } | { readonly case: 'unwatchPresence'; readonly value: UnwatchPresenceInit } | { readonly case: 'setWill'; readonly value: SetWillInit } | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeRequest(w: Writer, m: RequestInit): void {
  if (m.id !== undefined && m.id !== 0) {
    w.uint(8);
    w.uint(m.id);
  }
  const of = m.ask;
  switch (of?.case) {
    case 'createDirect': {
      w.uint(18);
      const mark = w.begin();
      writeCreateDirect(w, of.value);
      w.end(mark);
      break;
    }
    case 'createGroup': {
      w.uint(26);
      const mark = w.begin();
      writeCreateGroup(w, of.value);
      w.end(mark);
      break;
    }
    case 'changeMembers': {
      w.uint(34);
      const mark = w.begin();
      writeChangeMembers(w, of.value);
      w.end(mark);
      break;
    }
    case 'changeSettings': {
      w.uint(42);
      const mark = w.begin();
      writeChangeSettings(w, of.value);
      w.end(mark);
      break;
    }
    case 'history': {
      w.uint(50);
      const mark = w.begin();
      writeHistory(w, of.value);
      w.end(mark);
      break;
    }
    case 'listMembers': {
      w.uint(58);
      const mark = w.begin();
      writeListMembers(w, of.value);
      w.end(mark);
      break;
    }
    case 'findUsers': {
      w.uint(66);
      const mark = w.begin();
      writeFindUsers(w, of.value);
      w.end(mark);
      break;
    }
    case 'listDevices': {
      w.uint(74);
      const mark = w.begin();
      writeListDevices(w, of.value);
      w.end(mark);
      break;
    }
    case 'revokeDevice': {
      w.uint(82);
      const mark = w.begin();
      writeRevokeDevice(w, of.value);
      w.end(mark);
      break;
    }
    case 'refreshSession': {
      w.uint(90);
      const mark = w.begin();
      writeRefreshSession(w, of.value);
      w.end(mark);
      break;
    }
    case 'changePassword': {
      w.uint(98);
      const mark = w.begin();
      writeChangePassword(w, of.value);
      w.end(mark);
      break;
    }
    case 'createInvitation': {
      w.uint(106);
      const mark = w.begin();
      writeCreateInvitation(w, of.value);
      w.end(mark);
      break;
    }
    case 'findSent': {
      w.uint(114);
      const mark = w.begin();
      writeFindSent(w, of.value);
      w.end(mark);
      break;
    }
    case 'setPresence': {
      w.uint(122);
      const mark = w.begin();
      writeSetPresence(w, of.value);
      w.end(mark);
      break;
    }
    case 'findPresence': {
      w.uint(130);
      const mark = w.begin();
      writeFindPresence(w, of.value);
      w.end(mark);
      break;
    }
    case 'unwatchPresence': {
      w.uint(138);
      const mark = w.begin();
      writeUnwatchPresence(w, of.value);
      w.end(mark);
      break;
    }
    case 'setWill': {
      w.uint(146);
      const mark = w.begin();
      writeSetWill(w, of.value);
      w.end(mark);
      break;
    }
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readRequest(r: Reader, end: number): Request {
  let id: number = 0;
  let ask: Request['ask'];
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        id = r.uint();
        break;
      }
      case 18: {
        const partEnd = r.enter();
        const value = readCreateDirect(r, partEnd);
        r.leave(partEnd);
        ask = { case: 'createDirect', value: value };
        break;
      }
      case 26: {
        const partEnd = r.enter();
        const value = readCreateGroup(r, partEnd);
        r.leave(partEnd);
        ask = { case: 'createGroup', value: value };
        break;
      }
      case 34: {
        const partEnd = r.enter();
        const value = readChangeMembers(r, partEnd);
        r.leave(partEnd);
        ask = { case: 'changeMembers', value: value };
        break;
      }
      case 42: {
        const partEnd = r.enter();
        const value = readChangeSettings(r, partEnd);
        r.leave(partEnd);
        ask = { case: 'changeSettings', value: value };
        break;
      }
      case 50: {
        const partEnd = r.enter();
        const value = readHistory(r, partEnd);
        r.leave(partEnd);
        ask = { case: 'history', value: value };
        break;
      }
      case 58: {
        const partEnd = r.enter();
        const value = readListMembers(r, partEnd);
        r.leave(partEnd);
        ask = { case: 'listMembers', value: value };
        break;
      }
      case 66: {
        const partEnd = r.enter();
        const value = readFindUsers(r, partEnd);
        r.leave(partEnd);
        ask = { case: 'findUsers', value: value };
        break;
      }
      case 74: {
        const partEnd = r.enter();
        const value = readListDevices(r, partEnd);
        r.leave(partEnd);
        ask = { case: 'listDevices', value: value };
        break;
      }
      case 82: {
        const partEnd = r.enter();
        const value = readRevokeDevice(r, partEnd);
        r.leave(partEnd);
        ask = { case: 'revokeDevice', value: value };
        break;
      }
      case 90: {
        const partEnd = r.enter();
        const value = readRefreshSession(r, partEnd);
        r.leave(partEnd);
        ask = { case: 'refreshSession', value: value };
        break;
      }
      case 98: {
        const partEnd = r.enter();
        const value = readChangePassword(r, partEnd);
        r.leave(partEnd);
        ask = { case: 'changePassword', value: value };
        break;
      }
      case 106: {
        const partEnd = r.enter();
        const value = readCreateInvitation(r, partEnd);
        r.leave(partEnd);
        ask = { case: 'createInvitation', value: value };
        break;
      }
      case 114: {
        const partEnd = r.enter();
        const value = readFindSent(r, partEnd);
        r.leave(partEnd);
        ask = { case: 'findSent', value: value };
        break;
      }
      case 122: {
        const partEnd = r.enter();
        const value = readSetPresence(r, partEnd);
        r.leave(partEnd);
        ask = { case: 'setPresence', value: value };
        break;
      }
      case 130: {
        const partEnd = r.enter();
        const value = readFindPresence(r, partEnd);
        r.leave(partEnd);
        ask = { case: 'findPresence', value: value };
        break;
      }
      case 138: {
        const partEnd = r.enter();
        const value = readUnwatchPresence(r, partEnd);
        r.leave(partEnd);
        ask = { case: 'unwatchPresence', value: value };
        break;
      }
      case 146: {
        const partEnd = r.enter();
        const value = readSetWill(r, partEnd);
        r.leave(partEnd);
        ask = { case: 'setWill', value: value };
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { id, ask, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface CreateDirect {
  readonly user: string;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface CreateDirectInit {
  readonly user?: string | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeCreateDirect(w: Writer, m: CreateDirectInit): void {
  if (m.user !== undefined && m.user !== '') {
    w.uint(10);
    w.string(m.user);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readCreateDirect(r: Reader, end: number): CreateDirect {
  let user: string = '';
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        user = r.string();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { user, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface CreateGroup {
  readonly key: string;
  readonly title: string;
  readonly users: readonly string[];
  readonly open: boolean;
  readonly attributes: readonly Attribute[];
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface CreateGroupInit {
  readonly key?: string | undefined;
  readonly title?: string | undefined;
  readonly users?: readonly string[] | undefined;
  readonly open?: boolean | undefined;
  readonly attributes?: readonly AttributeInit[] | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeCreateGroup(w: Writer, m: CreateGroupInit): void {
  if (m.key !== undefined && m.key !== '') {
    w.uint(10);
    w.string(m.key);
  }
  if (m.title !== undefined && m.title !== '') {
    w.uint(18);
    w.string(m.title);
  }
  if (m.users !== undefined) {
    for (const value of m.users) {
      w.uint(26);
      w.string(value);
    }
  }
  if (m.open !== undefined && m.open !== false) {
    w.uint(32);
    w.bool(m.open);
  }
  if (m.attributes !== undefined) {
    for (const value of m.attributes) {
      w.uint(42);
      const mark = w.begin();
      writeAttribute(w, value);
      w.end(mark);
    }
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readCreateGroup(r: Reader, end: number): CreateGroup {
  let key: string = '';
  let title: string = '';
  const users: string[] = [];
  let open: boolean = false;
  const attributes: Attribute[] = [];
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        key = r.string();
        break;
      }
      case 18: {
        title = r.string();
        break;
      }
      case 26: {
        users.push(r.string());
        break;
      }
      case 32: {
        open = r.bool();
        break;
      }
      case 42: {
        const partEnd = r.enter();
        const value = readAttribute(r, partEnd);
        r.leave(partEnd);
        attributes.push(value);
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { key, title, users, open, attributes, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface ChangeMembers {
  readonly conversation: number;
  readonly action: MemberAction;
  readonly users: readonly string[];
  readonly role: Role;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface ChangeMembersInit {
  readonly conversation?: number | undefined;
  readonly action?: MemberAction | undefined;
  readonly users?: readonly string[] | undefined;
  readonly role?: Role | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeChangeMembers(w: Writer, m: ChangeMembersInit): void {
  if (m.conversation !== undefined && m.conversation !== 0) {
    w.uint(8);
    w.uint(m.conversation);
  }
  if (m.action !== undefined && m.action !== 0) {
    w.uint(16);
    w.uint(m.action);
  }
  if (m.users !== undefined) {
    for (const value of m.users) {
      w.uint(26);
      w.string(value);
    }
  }
  if (m.role !== undefined && m.role !== 0) {
    w.uint(32);
    w.uint(m.role);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readChangeMembers(r: Reader, end: number): ChangeMembers {
  let conversation: number = 0;
  let action: number = 0;
  const users: string[] = [];
  let role: number = 0;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        conversation = r.uint();
        break;
      }
      case 16: {
        action = r.uint32();
        break;
      }
      case 26: {
        users.push(r.string());
        break;
      }
      case 32: {
        role = r.uint32();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { conversation, action, users, role, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface ChangeSettings {
  readonly conversation: number;
  readonly title: string | undefined;
  readonly open: boolean | undefined;
  readonly attributes: readonly Attribute[];
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface ChangeSettingsInit {
  readonly conversation?: number | undefined;
  readonly title?: string | undefined;
  readonly open?: boolean | undefined;
  readonly attributes?: readonly AttributeInit[] | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeChangeSettings(w: Writer, m: ChangeSettingsInit): void {
  if (m.conversation !== undefined && m.conversation !== 0) {
    w.uint(8);
    w.uint(m.conversation);
  }
  if (m.title !== undefined) {
    w.uint(18);
    w.string(m.title);
  }
  if (m.open !== undefined) {
    w.uint(24);
    w.bool(m.open);
  }
  if (m.attributes !== undefined) {
    for (const value of m.attributes) {
      w.uint(34);
      const mark = w.begin();
      writeAttribute(w, value);
      w.end(mark);
    }
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readChangeSettings(r: Reader, end: number): ChangeSettings {
  let conversation: number = 0;
  let title: string | undefined;
  let open: boolean | undefined;
  const attributes: Attribute[] = [];
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        conversation = r.uint();
        break;
      }
      case 18: {
        title = r.string();
        break;
      }
      case 24: {
        open = r.bool();
        break;
      }
      case 34: {
        const partEnd = r.enter();
        const value = readAttribute(r, partEnd);
        r.leave(partEnd);
        attributes.push(value);
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { conversation, title, open, attributes, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface History {
  readonly conversation: number;
  readonly from: number;
  readonly to: number;
  readonly limit: number;
  readonly newest: boolean;
  readonly amendmentsOnly: boolean;
  readonly kinds: readonly number[];
  readonly contents: readonly number[];
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface HistoryInit {
  readonly conversation?: number | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly limit?: number | undefined;
  readonly newest?: boolean | undefined;
  readonly amendmentsOnly?: boolean | undefined;
  readonly kinds?: readonly number[] | undefined;
  readonly contents?: readonly number[] | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeHistory(w: Writer, m: HistoryInit): void {
  if (m.conversation !== undefined && m.conversation !== 0) {
    w.uint(8);
    w.uint(m.conversation);
  }
  if (m.from !== undefined && m.from !== 0) {
    w.uint(16);
    w.uint(m.from);
  }
  if (m.to !== undefined && m.to !== 0) {
    w.uint(24);
    w.uint(m.to);
  }
  if (m.limit !== undefined && m.limit !== 0) {
    w.uint(32);
    w.uint(m.limit);
  }
  if (m.newest !== undefined && m.newest !== false) {
    w.uint(40);
    w.bool(m.newest);
  }
  if (m.amendmentsOnly !== undefined && m.amendmentsOnly !== false) {
    w.uint(48);
    w.bool(m.amendmentsOnly);
  }
  if (m.kinds !== undefined && m.kinds.length > 0) {
    w.uint(58);
    const mark = w.begin();
    for (const value of m.kinds) w.uint(value);
    w.end(mark);
  }
  if (m.contents !== undefined && m.contents.length > 0) {
    w.uint(66);
    const mark = w.begin();
    for (const value of m.contents) w.uint(value);
    w.end(mark);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readHistory(r: Reader, end: number): History {
  let conversation: number = 0;
  let from: number = 0;
  let to: number = 0;
  let limit: number = 0;
  let newest: boolean = false;
  let amendmentsOnly: boolean = false;
  const kinds: number[] = [];
  const contents: number[] = [];
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        conversation = r.uint();
        break;
      }
      case 16: {
        from = r.uint();
        break;
      }
      case 24: {
        to = r.uint();
        break;
      }
      case 32: {
        limit = r.uint32();
        break;
      }
      case 40: {
        newest = r.bool();
        break;
      }
      case 48: {
        amendmentsOnly = r.bool();
        break;
      }
      case 56: {
        kinds.push(r.uint32());
        break;
      }
      case 58: {
        const partEnd = r.enter();
        while (r.at < partEnd) kinds.push(r.uint32());
        r.leave(partEnd);
        break;
      }
      case 64: {
        contents.push(r.uint32());
        break;
      }
      case 66: {
        const partEnd = r.enter();
        while (r.at < partEnd) contents.push(r.uint32());
        r.leave(partEnd);
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { conversation, from, to, limit, newest, amendmentsOnly, kinds, contents, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface ListMembers {
  readonly conversation: number;
  readonly after: number;
  readonly limit: number;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface ListMembersInit {
  readonly conversation?: number | undefined;
  readonly after?: number | undefined;
  readonly limit?: number | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeListMembers(w: Writer, m: ListMembersInit): void {
  if (m.conversation !== undefined && m.conversation !== 0) {
    w.uint(8);
    w.uint(m.conversation);
  }
  if (m.after !== undefined && m.after !== 0) {
    w.uint(16);
    w.uint(m.after);
  }
  if (m.limit !== undefined && m.limit !== 0) {
    w.uint(24);
    w.uint(m.limit);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readListMembers(r: Reader, end: number): ListMembers {
  let conversation: number = 0;
  let after: number = 0;
  let limit: number = 0;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        conversation = r.uint();
        break;
      }
      case 16: {
        after = r.uint();
        break;
      }
      case 24: {
        limit = r.uint32();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { conversation, after, limit, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface FindUsers {
  readonly numbers: readonly number[];
  readonly users: readonly string[];
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface FindUsersInit {
  readonly numbers?: readonly number[] | undefined;
  readonly users?: readonly string[] | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeFindUsers(w: Writer, m: FindUsersInit): void {
  if (m.numbers !== undefined && m.numbers.length > 0) {
    w.uint(10);
    const mark = w.begin();
    for (const value of m.numbers) w.uint(value);
    w.end(mark);
  }
  if (m.users !== undefined) {
    for (const value of m.users) {
      w.uint(18);
      w.string(value);
    }
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readFindUsers(r: Reader, end: number): FindUsers {
  const numbers: number[] = [];
  const users: string[] = [];
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        numbers.push(r.uint());
        break;
      }
      case 10: {
        const partEnd = r.enter();
        while (r.at < partEnd) numbers.push(r.uint());
        r.leave(partEnd);
        break;
      }
      case 18: {
        users.push(r.string());
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { numbers, users, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface ListDevices {
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface ListDevicesInit {
  readonly unknown?: Uint8Array | undefined;
}

export function writeListDevices(w: Writer, m: ListDevicesInit): void {
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readListDevices(r: Reader, end: number): ListDevices {
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface RevokeDevice {
  readonly device: number;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface RevokeDeviceInit {
  readonly device?: number | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeRevokeDevice(w: Writer, m: RevokeDeviceInit): void {
  if (m.device !== undefined && m.device !== 0) {
    w.uint(8);
    w.uint(m.device);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readRevokeDevice(r: Reader, end: number): RevokeDevice {
  let device: number = 0;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        device = r.uint();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { device, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface RefreshSession {
  readonly refreshToken: string;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface RefreshSessionInit {
  readonly refreshToken?: string | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeRefreshSession(w: Writer, m: RefreshSessionInit): void {
  if (m.refreshToken !== undefined && m.refreshToken !== '') {
    w.uint(10);
    w.string(m.refreshToken);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readRefreshSession(r: Reader, end: number): RefreshSession {
  let refreshToken: string = '';
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        refreshToken = r.string();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { refreshToken, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface ChangePassword {
  readonly oldPassword: string;
  readonly newPassword: string;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface ChangePasswordInit {
  readonly oldPassword?: string | undefined;
  readonly newPassword?: string | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeChangePassword(w: Writer, m: ChangePasswordInit): void {
  if (m.oldPassword !== undefined && m.oldPassword !== '') {
    w.uint(10);
    w.string(m.oldPassword);
  }
  if (m.newPassword !== undefined && m.newPassword !== '') {
    w.uint(18);
    w.string(m.newPassword);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readChangePassword(r: Reader, end: number): ChangePassword {
  let oldPassword: string = '';
  let newPassword: string = '';
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        oldPassword = r.string();
        break;
      }
      case 18: {
        newPassword = r.string();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { oldPassword, newPassword, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface CreateInvitation {
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface CreateInvitationInit {
  readonly unknown?: Uint8Array | undefined;
}

export function writeCreateInvitation(w: Writer, m: CreateInvitationInit): void {
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readCreateInvitation(r: Reader, end: number): CreateInvitation {
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface FindSent {
  readonly conversation: number;
  readonly key: string;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface FindSentInit {
  readonly conversation?: number | undefined;
  readonly key?: string | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeFindSent(w: Writer, m: FindSentInit): void {
  if (m.conversation !== undefined && m.conversation !== 0) {
    w.uint(8);
    w.uint(m.conversation);
  }
  if (m.key !== undefined && m.key !== '') {
    w.uint(18);
    w.string(m.key);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readFindSent(r: Reader, end: number): FindSent {
  let conversation: number = 0;
  let key: string = '';
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        conversation = r.uint();
        break;
      }
      case 18: {
        key = r.string();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { conversation, key, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface SetPresence {
  readonly availability: Availability;
  readonly text: string;
  readonly priority: number;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface SetPresenceInit {
  readonly availability?: Availability | undefined;
  readonly text?: string | undefined;
  readonly priority?: number | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeSetPresence(w: Writer, m: SetPresenceInit): void {
  if (m.availability !== undefined && m.availability !== 0) {
    w.uint(8);
    w.uint(m.availability);
  }
  if (m.text !== undefined && m.text !== '') {
    w.uint(18);
    w.string(m.text);
  }
  if (m.priority !== undefined && m.priority !== 0) {
    w.uint(24);
    w.uint(m.priority);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readSetPresence(r: Reader, end: number): SetPresence {
  let availability: number = 0;
  let text: string = '';
  let priority: number = 0;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        availability = r.uint32();
        break;
      }
      case 18: {
        text = r.string();
        break;
      }
      case 24: {
        priority = r.uint32();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { availability, text, priority, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface FindPresence {
  readonly users: readonly number[];
  readonly watch: boolean;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface FindPresenceInit {
  readonly users?: readonly number[] | undefined;
  readonly watch?: boolean | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeFindPresence(w: Writer, m: FindPresenceInit): void {
  if (m.users !== undefined && m.users.length > 0) {
    w.uint(10);
    const mark = w.begin();
    for (const value of m.users) w.uint(value);
    w.end(mark);
  }
  if (m.watch !== undefined && m.watch !== false) {
    w.uint(16);
    w.bool(m.watch);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readFindPresence(r: Reader, end: number): FindPresence {
  const users: number[] = [];
  let watch: boolean = false;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        users.push(r.uint());
        break;
      }
      case 10: {
        const partEnd = r.enter();
        while (r.at < partEnd) users.push(r.uint());
        r.leave(partEnd);
        break;
      }
      case 16: {
        watch = r.bool();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { users, watch, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface UnwatchPresence {
  readonly users: readonly number[];
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface UnwatchPresenceInit {
  readonly users?: readonly number[] | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeUnwatchPresence(w: Writer, m: UnwatchPresenceInit): void {
  if (m.users !== undefined && m.users.length > 0) {
    w.uint(10);
    const mark = w.begin();
    for (const value of m.users) w.uint(value);
    w.end(mark);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readUnwatchPresence(r: Reader, end: number): UnwatchPresence {
  const users: number[] = [];
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        users.push(r.uint());
        break;
      }
      case 10: {
        const partEnd = r.enter();
        while (r.at < partEnd) users.push(r.uint());
        r.leave(partEnd);
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { users, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface SetWill {
  readonly conversation: number;
  readonly text: string;
  readonly content: Uint8Array;
  readonly eachDevice: boolean;
  readonly delayMs: number;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface SetWillInit {
  readonly conversation?: number | undefined;
  readonly text?: string | undefined;
  readonly content?: Uint8Array | undefined;
  readonly eachDevice?: boolean | undefined;
  readonly delayMs?: number | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeSetWill(w: Writer, m: SetWillInit): void {
  if (m.conversation !== undefined && m.conversation !== 0) {
    w.uint(8);
    w.uint(m.conversation);
  }
  if (m.text !== undefined && m.text !== '') {
    w.uint(18);
    w.string(m.text);
  }
  if (m.content !== undefined && m.content.length > 0) {
    w.uint(26);
    w.bytes(m.content);
  }
  if (m.eachDevice !== undefined && m.eachDevice !== false) {
    w.uint(32);
    w.bool(m.eachDevice);
  }
  if (m.delayMs !== undefined && m.delayMs !== 0) {
    w.uint(40);
    w.uint(m.delayMs);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readSetWill(r: Reader, end: number): SetWill {
  let conversation: number = 0;
  let text: string = '';
  let content: Uint8Array = NO_BYTES;
  let eachDevice: boolean = false;
  let delayMs: number = 0;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        conversation = r.uint();
        break;
      }
      case 18: {
        text = r.string();
        break;
      }
      case 26: {
        content = r.copy();
        break;
      }
      case 32: {
        eachDevice = r.bool();
        break;
      }
      case 40: {
        delayMs = r.uint32();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { conversation, text, content, eachDevice, delayMs, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Goodbye {
  readonly signOut: boolean;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface GoodbyeInit {
  readonly signOut?: boolean | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeGoodbye(w: Writer, m: GoodbyeInit): void {
  if (m.signOut !== undefined && m.signOut !== false) {
    w.uint(8);
    w.bool(m.signOut);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readGoodbye(r: Reader, end: number): Goodbye {
  let signOut: boolean = false;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        signOut = r.bool();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { signOut, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Probe {
  readonly id: number;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface ProbeInit {
  readonly id?: number | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeProbe(w: Writer, m: ProbeInit): void {
  if (m.id !== undefined && m.id !== 0) {
    w.uint(8);
    w.uint(m.id);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readProbe(r: Reader, end: number): Probe {
  let id: number = 0;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        id = r.uint();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { id, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Down {
  readonly frame: { readonly case: 'welcome'; readonly value: Welcome } | { readonly case: 'push'; readonly value: Push } | { readonly case: 'ack'; readonly value: Ack } | { readonly case: 'refused'; readonly value: Refused } | { readonly case: 'head'; readonly value: Head } | { readonly case: 'marker'; readonly value: Marker } | { readonly case: 'typing'; readonly value: Typing } | { readonly case: 'syncResult'; readonly value: SyncResult } | { readonly case: 'response'; readonly value: Response } | { readonly case: 'close'; readonly value: Close } | { readonly case: 'pong'; readonly value: Pong } | { readonly case: 'membership'; readonly value: MembershipChanged } | { readonly case: 'resync'; readonly value: Resync } | { readonly case: 'presence'; readonly value: PresenceList } | { readonly case: 'transient'; readonly value: Transient } | undefined;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface DownInit {
  readonly frame?: { readonly case: 'welcome'; readonly value: WelcomeInit } | { readonly case: 'push'; readonly value: PushInit } | { readonly case: 'ack'; readonly value: AckInit } | { readonly case: 'refused'; readonly value: RefusedInit } | { readonly case: 'head'; readonly value: HeadInit } | { readonly case: 'marker'; readonly value: MarkerInit } | { readonly case: 'typing'; readonly value: TypingInit } | { readonly case: 'syncResult'; readonly value: SyncResultInit } | { readonly case: 'response'; readonly value: ResponseInit } | { readonly case: 'close'; readonly value: CloseInit } | { readonly case: 'pong'; readonly value: PongInit } | { readonly case: 'membership'; readonly value: MembershipChangedInit } | { readonly case: 'resync'; readonly value: ResyncInit } | { readonly case: 'presence'; readonly value: PresenceListInit } | { readonly case: 'transient'; readonly value: TransientInit } | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeDown(w: Writer, m: DownInit): void {
  const of = m.frame;
  switch (of?.case) {
    case 'welcome': {
      w.uint(10);
      const mark = w.begin();
      writeWelcome(w, of.value);
      w.end(mark);
      break;
    }
    case 'push': {
      w.uint(18);
      const mark = w.begin();
      writePush(w, of.value);
      w.end(mark);
      break;
    }
    case 'ack': {
      w.uint(26);
      const mark = w.begin();
      writeAck(w, of.value);
      w.end(mark);
      break;
    }
    case 'refused': {
      w.uint(34);
      const mark = w.begin();
      writeRefused(w, of.value);
      w.end(mark);
      break;
    }
    case 'head': {
      w.uint(42);
      const mark = w.begin();
      writeHead(w, of.value);
      w.end(mark);
      break;
    }
    case 'marker': {
      w.uint(50);
      const mark = w.begin();
      writeMarker(w, of.value);
      w.end(mark);
      break;
    }
    case 'typing': {
      w.uint(58);
      const mark = w.begin();
      writeTyping(w, of.value);
      w.end(mark);
      break;
    }
    case 'syncResult': {
      w.uint(66);
      const mark = w.begin();
      writeSyncResult(w, of.value);
      w.end(mark);
      break;
    }
    case 'response': {
      w.uint(74);
      const mark = w.begin();
      writeResponse(w, of.value);
      w.end(mark);
      break;
    }
    case 'close': {
      w.uint(82);
      const mark = w.begin();
      writeClose(w, of.value);
      w.end(mark);
      break;
    }
    case 'pong': {
      w.uint(90);
      const mark = w.begin();
      writePong(w, of.value);
      w.end(mark);
      break;
    }
    case 'membership': {
      w.uint(98);
      const mark = w.begin();
      writeMembershipChanged(w, of.value);
      w.end(mark);
      break;
    }
    case 'resync': {
      w.uint(106);
      const mark = w.begin();
      writeResync(w, of.value);
      w.end(mark);
      break;
    }
    case 'presence': {
      w.uint(114);
      const mark = w.begin();
      writePresenceList(w, of.value);
      w.end(mark);
      break;
    }
    case 'transient': {
      w.uint(130);
      const mark = w.begin();
      writeTransient(w, of.value);
      w.end(mark);
      break;
    }
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readDown(r: Reader, end: number): Down {
  let frame: Down['frame'];
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        const partEnd = r.enter();
        const value = readWelcome(r, partEnd);
        r.leave(partEnd);
        frame = { case: 'welcome', value: value };
        break;
      }
      case 18: {
        const partEnd = r.enter();
        const value = readPush(r, partEnd);
        r.leave(partEnd);
        frame = { case: 'push', value: value };
        break;
      }
      case 26: {
        const partEnd = r.enter();
        const value = readAck(r, partEnd);
        r.leave(partEnd);
        frame = { case: 'ack', value: value };
        break;
      }
      case 34: {
        const partEnd = r.enter();
        const value = readRefused(r, partEnd);
        r.leave(partEnd);
        frame = { case: 'refused', value: value };
        break;
      }
      case 42: {
        const partEnd = r.enter();
        const value = readHead(r, partEnd);
        r.leave(partEnd);
        frame = { case: 'head', value: value };
        break;
      }
      case 50: {
        const partEnd = r.enter();
        const value = readMarker(r, partEnd);
        r.leave(partEnd);
        frame = { case: 'marker', value: value };
        break;
      }
      case 58: {
        const partEnd = r.enter();
        const value = readTyping(r, partEnd);
        r.leave(partEnd);
        frame = { case: 'typing', value: value };
        break;
      }
      case 66: {
        const partEnd = r.enter();
        const value = readSyncResult(r, partEnd);
        r.leave(partEnd);
        frame = { case: 'syncResult', value: value };
        break;
      }
      case 74: {
        const partEnd = r.enter();
        const value = readResponse(r, partEnd);
        r.leave(partEnd);
        frame = { case: 'response', value: value };
        break;
      }
      case 82: {
        const partEnd = r.enter();
        const value = readClose(r, partEnd);
        r.leave(partEnd);
        frame = { case: 'close', value: value };
        break;
      }
      case 90: {
        const partEnd = r.enter();
        const value = readPong(r, partEnd);
        r.leave(partEnd);
        frame = { case: 'pong', value: value };
        break;
      }
      case 98: {
        const partEnd = r.enter();
        const value = readMembershipChanged(r, partEnd);
        r.leave(partEnd);
        frame = { case: 'membership', value: value };
        break;
      }
      case 106: {
        const partEnd = r.enter();
        const value = readResync(r, partEnd);
        r.leave(partEnd);
        frame = { case: 'resync', value: value };
        break;
      }
      case 114: {
        const partEnd = r.enter();
        const value = readPresenceList(r, partEnd);
        r.leave(partEnd);
        frame = { case: 'presence', value: value };
        break;
      }
      case 130: {
        const partEnd = r.enter();
        const value = readTransient(r, partEnd);
        r.leave(partEnd);
        frame = { case: 'transient', value: value };
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { frame, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Welcome {
  readonly version: number;
  readonly capabilities: readonly string[];
  readonly session: string;
  readonly me: User | undefined;
  readonly device: number;
  readonly epoch: string;
  readonly serverTimeMs: number;
  readonly durability: string;
  readonly frameBytesMax: number;
  readonly bodyBytesMax: number;
  readonly heartbeatMs: number;
  readonly recallWindowMs: number;
  readonly server: string;
  readonly tokens: Tokens | undefined;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface WelcomeInit {
  readonly version?: number | undefined;
  readonly capabilities?: readonly string[] | undefined;
  readonly session?: string | undefined;
  readonly me?: UserInit | undefined;
  readonly device?: number | undefined;
  readonly epoch?: string | undefined;
  readonly serverTimeMs?: number | undefined;
  readonly durability?: string | undefined;
  readonly frameBytesMax?: number | undefined;
  readonly bodyBytesMax?: number | undefined;
  readonly heartbeatMs?: number | undefined;
  readonly recallWindowMs?: number | undefined;
  readonly server?: string | undefined;
  readonly tokens?: TokensInit | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeWelcome(w: Writer, m: WelcomeInit): void {
  if (m.version !== undefined && m.version !== 0) {
    w.uint(8);
    w.uint(m.version);
  }
  if (m.capabilities !== undefined) {
    for (const value of m.capabilities) {
      w.uint(18);
      w.string(value);
    }
  }
  if (m.session !== undefined && m.session !== '') {
    w.uint(26);
    w.string(m.session);
  }
  if (m.me !== undefined) {
    w.uint(34);
    const mark = w.begin();
    writeUser(w, m.me);
    w.end(mark);
  }
  if (m.device !== undefined && m.device !== 0) {
    w.uint(40);
    w.uint(m.device);
  }
  if (m.epoch !== undefined && m.epoch !== '') {
    w.uint(50);
    w.string(m.epoch);
  }
  if (m.serverTimeMs !== undefined && m.serverTimeMs !== 0) {
    w.uint(56);
    w.uint(m.serverTimeMs);
  }
  if (m.durability !== undefined && m.durability !== '') {
    w.uint(66);
    w.string(m.durability);
  }
  if (m.frameBytesMax !== undefined && m.frameBytesMax !== 0) {
    w.uint(72);
    w.uint(m.frameBytesMax);
  }
  if (m.bodyBytesMax !== undefined && m.bodyBytesMax !== 0) {
    w.uint(80);
    w.uint(m.bodyBytesMax);
  }
  if (m.heartbeatMs !== undefined && m.heartbeatMs !== 0) {
    w.uint(88);
    w.uint(m.heartbeatMs);
  }
  if (m.recallWindowMs !== undefined && m.recallWindowMs !== 0) {
    w.uint(96);
    w.uint(m.recallWindowMs);
  }
  if (m.server !== undefined && m.server !== '') {
    w.uint(106);
    w.string(m.server);
  }
  if (m.tokens !== undefined) {
    w.uint(114);
    const mark = w.begin();
    writeTokens(w, m.tokens);
    w.end(mark);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readWelcome(r: Reader, end: number): Welcome {
  let version: number = 0;
  const capabilities: string[] = [];
  let session: string = '';
  let me: User | undefined;
  let device: number = 0;
  let epoch: string = '';
  let serverTimeMs: number = 0;
  let durability: string = '';
  let frameBytesMax: number = 0;
  let bodyBytesMax: number = 0;
  let heartbeatMs: number = 0;
  let recallWindowMs: number = 0;
  let server: string = '';
  let tokens: Tokens | undefined;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        version = r.uint32();
        break;
      }
      case 18: {
        capabilities.push(r.string());
        break;
      }
      case 26: {
        session = r.string();
        break;
      }
      case 34: {
        const partEnd = r.enter();
        const value = readUser(r, partEnd);
        r.leave(partEnd);
        me = value;
        break;
      }
      case 40: {
        device = r.uint();
        break;
      }
      case 50: {
        epoch = r.string();
        break;
      }
      case 56: {
        serverTimeMs = r.uint();
        break;
      }
      case 66: {
        durability = r.string();
        break;
      }
      case 72: {
        frameBytesMax = r.uint32();
        break;
      }
      case 80: {
        bodyBytesMax = r.uint32();
        break;
      }
      case 88: {
        heartbeatMs = r.uint32();
        break;
      }
      case 96: {
        recallWindowMs = r.uint32();
        break;
      }
      case 106: {
        server = r.string();
        break;
      }
      case 114: {
        const partEnd = r.enter();
        const value = readTokens(r, partEnd);
        r.leave(partEnd);
        tokens = value;
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { version, capabilities, session, me, device, epoch, serverTimeMs, durability, frameBytesMax, bodyBytesMax, heartbeatMs, recallWindowMs, server, tokens, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Tokens {
  readonly accessToken: string;
  readonly accessExpiresMs: number;
  readonly refreshToken: string;
  readonly refreshExpiresMs: number;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface TokensInit {
  readonly accessToken?: string | undefined;
  readonly accessExpiresMs?: number | undefined;
  readonly refreshToken?: string | undefined;
  readonly refreshExpiresMs?: number | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeTokens(w: Writer, m: TokensInit): void {
  if (m.accessToken !== undefined && m.accessToken !== '') {
    w.uint(10);
    w.string(m.accessToken);
  }
  if (m.accessExpiresMs !== undefined && m.accessExpiresMs !== 0) {
    w.uint(16);
    w.uint(m.accessExpiresMs);
  }
  if (m.refreshToken !== undefined && m.refreshToken !== '') {
    w.uint(26);
    w.string(m.refreshToken);
  }
  if (m.refreshExpiresMs !== undefined && m.refreshExpiresMs !== 0) {
    w.uint(32);
    w.uint(m.refreshExpiresMs);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readTokens(r: Reader, end: number): Tokens {
  let accessToken: string = '';
  let accessExpiresMs: number = 0;
  let refreshToken: string = '';
  let refreshExpiresMs: number = 0;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        accessToken = r.string();
        break;
      }
      case 16: {
        accessExpiresMs = r.uint();
        break;
      }
      case 26: {
        refreshToken = r.string();
        break;
      }
      case 32: {
        refreshExpiresMs = r.uint();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { accessToken, accessExpiresMs, refreshToken, refreshExpiresMs, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface User {
  readonly number: number;
  readonly id: string;
  readonly name: string;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface UserInit {
  readonly number?: number | undefined;
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeUser(w: Writer, m: UserInit): void {
  if (m.number !== undefined && m.number !== 0) {
    w.uint(8);
    w.uint(m.number);
  }
  if (m.id !== undefined && m.id !== '') {
    w.uint(18);
    w.string(m.id);
  }
  if (m.name !== undefined && m.name !== '') {
    w.uint(26);
    w.string(m.name);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readUser(r: Reader, end: number): User {
  let number: number = 0;
  let id: string = '';
  let name: string = '';
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        number = r.uint();
        break;
      }
      case 18: {
        id = r.string();
        break;
      }
      case 26: {
        name = r.string();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { number, id, name, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Push {
  readonly conversation: number;
  readonly sender: number;
  readonly timeDeltaMs: number;
  readonly text: string;
  readonly body: Uint8Array;
  readonly kind: number;
  readonly target: number;
  readonly seq: number;
  readonly timeMs: number;
  readonly ordinal: number;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface PushInit {
  readonly conversation?: number | undefined;
  readonly sender?: number | undefined;
  readonly timeDeltaMs?: number | undefined;
  readonly text?: string | undefined;
  readonly body?: Uint8Array | undefined;
  readonly kind?: number | undefined;
  readonly target?: number | undefined;
  readonly seq?: number | undefined;
  readonly timeMs?: number | undefined;
  readonly ordinal?: number | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writePush(w: Writer, m: PushInit): void {
  if (m.conversation !== undefined && m.conversation !== 0) {
    w.uint(8);
    w.uint(m.conversation);
  }
  if (m.sender !== undefined && m.sender !== 0) {
    w.uint(16);
    w.uint(m.sender);
  }
  if (m.timeDeltaMs !== undefined && m.timeDeltaMs !== 0) {
    w.uint(24);
    w.uint(m.timeDeltaMs);
  }
  if (m.text !== undefined && m.text !== '') {
    w.uint(34);
    w.string(m.text);
  }
  if (m.body !== undefined && m.body.length > 0) {
    w.uint(42);
    w.bytes(m.body);
  }
  if (m.kind !== undefined && m.kind !== 0) {
    w.uint(48);
    w.uint(m.kind);
  }
  if (m.target !== undefined && m.target !== 0) {
    w.uint(56);
    w.uint(m.target);
  }
  if (m.seq !== undefined && m.seq !== 0) {
    w.uint(64);
    w.uint(m.seq);
  }
  if (m.timeMs !== undefined && m.timeMs !== 0) {
    w.uint(72);
    w.uint(m.timeMs);
  }
  if (m.ordinal !== undefined && m.ordinal !== 0) {
    w.uint(80);
    w.uint(m.ordinal);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readPush(r: Reader, end: number): Push {
  let conversation: number = 0;
  let sender: number = 0;
  let timeDeltaMs: number = 0;
  let text: string = '';
  let body: Uint8Array = NO_BYTES;
  let kind: number = 0;
  let target: number = 0;
  let seq: number = 0;
  let timeMs: number = 0;
  let ordinal: number = 0;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        conversation = r.uint();
        break;
      }
      case 16: {
        sender = r.uint();
        break;
      }
      case 24: {
        timeDeltaMs = r.uint();
        break;
      }
      case 34: {
        text = r.string();
        break;
      }
      case 42: {
        body = r.copy();
        break;
      }
      case 48: {
        kind = r.uint32();
        break;
      }
      case 56: {
        target = r.uint();
        break;
      }
      case 64: {
        seq = r.uint();
        break;
      }
      case 72: {
        timeMs = r.uint();
        break;
      }
      case 80: {
        ordinal = r.uint();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { conversation, sender, timeDeltaMs, text, body, kind, target, seq, timeMs, ordinal, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Ack {
  readonly conversation: number;
  readonly counter: number;
  readonly seq: number;
  readonly timeMs: number;
  readonly ordinal: number;
  readonly key: string;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface AckInit {
  readonly conversation?: number | undefined;
  readonly counter?: number | undefined;
  readonly seq?: number | undefined;
  readonly timeMs?: number | undefined;
  readonly ordinal?: number | undefined;
  readonly key?: string | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeAck(w: Writer, m: AckInit): void {
  if (m.conversation !== undefined && m.conversation !== 0) {
    w.uint(8);
    w.uint(m.conversation);
  }
  if (m.counter !== undefined && m.counter !== 0) {
    w.uint(16);
    w.uint(m.counter);
  }
  if (m.seq !== undefined && m.seq !== 0) {
    w.uint(24);
    w.uint(m.seq);
  }
  if (m.timeMs !== undefined && m.timeMs !== 0) {
    w.uint(32);
    w.uint(m.timeMs);
  }
  if (m.ordinal !== undefined && m.ordinal !== 0) {
    w.uint(40);
    w.uint(m.ordinal);
  }
  if (m.key !== undefined && m.key !== '') {
    w.uint(50);
    w.string(m.key);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readAck(r: Reader, end: number): Ack {
  let conversation: number = 0;
  let counter: number = 0;
  let seq: number = 0;
  let timeMs: number = 0;
  let ordinal: number = 0;
  let key: string = '';
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        conversation = r.uint();
        break;
      }
      case 16: {
        counter = r.uint();
        break;
      }
      case 24: {
        seq = r.uint();
        break;
      }
      case 32: {
        timeMs = r.uint();
        break;
      }
      case 40: {
        ordinal = r.uint();
        break;
      }
      case 50: {
        key = r.string();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { conversation, counter, seq, timeMs, ordinal, key, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Refused {
  readonly conversation: number;
  readonly counter: number;
  readonly code: string;
  readonly retryAfterMs: number;
  readonly need: number;
  readonly limit: number;
  readonly key: string;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface RefusedInit {
  readonly conversation?: number | undefined;
  readonly counter?: number | undefined;
  readonly code?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly need?: number | undefined;
  readonly limit?: number | undefined;
  readonly key?: string | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeRefused(w: Writer, m: RefusedInit): void {
  if (m.conversation !== undefined && m.conversation !== 0) {
    w.uint(8);
    w.uint(m.conversation);
  }
  if (m.counter !== undefined && m.counter !== 0) {
    w.uint(16);
    w.uint(m.counter);
  }
  if (m.code !== undefined && m.code !== '') {
    w.uint(26);
    w.string(m.code);
  }
  if (m.retryAfterMs !== undefined && m.retryAfterMs !== 0) {
    w.uint(32);
    w.uint(m.retryAfterMs);
  }
  if (m.need !== undefined && m.need !== 0) {
    w.uint(40);
    w.uint(m.need);
  }
  if (m.limit !== undefined && m.limit !== 0) {
    w.uint(48);
    w.uint(m.limit);
  }
  if (m.key !== undefined && m.key !== '') {
    w.uint(58);
    w.string(m.key);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readRefused(r: Reader, end: number): Refused {
  let conversation: number = 0;
  let counter: number = 0;
  let code: string = '';
  let retryAfterMs: number = 0;
  let need: number = 0;
  let limit: number = 0;
  let key: string = '';
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        conversation = r.uint();
        break;
      }
      case 16: {
        counter = r.uint();
        break;
      }
      case 26: {
        code = r.string();
        break;
      }
      case 32: {
        retryAfterMs = r.uint32();
        break;
      }
      case 40: {
        need = r.uint();
        break;
      }
      case 48: {
        limit = r.uint();
        break;
      }
      case 58: {
        key = r.string();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { conversation, counter, code, retryAfterMs, need, limit, key, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Head {
  readonly conversation: number;
  readonly seq: number;
  readonly timeMs: number;
  readonly ordinal: number;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface HeadInit {
  readonly conversation?: number | undefined;
  readonly seq?: number | undefined;
  readonly timeMs?: number | undefined;
  readonly ordinal?: number | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeHead(w: Writer, m: HeadInit): void {
  if (m.conversation !== undefined && m.conversation !== 0) {
    w.uint(8);
    w.uint(m.conversation);
  }
  if (m.seq !== undefined && m.seq !== 0) {
    w.uint(16);
    w.uint(m.seq);
  }
  if (m.timeMs !== undefined && m.timeMs !== 0) {
    w.uint(24);
    w.uint(m.timeMs);
  }
  if (m.ordinal !== undefined && m.ordinal !== 0) {
    w.uint(32);
    w.uint(m.ordinal);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readHead(r: Reader, end: number): Head {
  let conversation: number = 0;
  let seq: number = 0;
  let timeMs: number = 0;
  let ordinal: number = 0;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        conversation = r.uint();
        break;
      }
      case 16: {
        seq = r.uint();
        break;
      }
      case 24: {
        timeMs = r.uint();
        break;
      }
      case 32: {
        ordinal = r.uint();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { conversation, seq, timeMs, ordinal, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Marker {
  readonly conversation: number;
  readonly user: number;
  readonly delivered: number;
  readonly read: number;
  readonly mine: ReadState | undefined;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface MarkerInit {
  readonly conversation?: number | undefined;
  readonly user?: number | undefined;
  readonly delivered?: number | undefined;
  readonly read?: number | undefined;
  readonly mine?: ReadStateInit | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeMarker(w: Writer, m: MarkerInit): void {
  if (m.conversation !== undefined && m.conversation !== 0) {
    w.uint(8);
    w.uint(m.conversation);
  }
  if (m.user !== undefined && m.user !== 0) {
    w.uint(16);
    w.uint(m.user);
  }
  if (m.delivered !== undefined && m.delivered !== 0) {
    w.uint(24);
    w.uint(m.delivered);
  }
  if (m.read !== undefined && m.read !== 0) {
    w.uint(32);
    w.uint(m.read);
  }
  if (m.mine !== undefined) {
    w.uint(42);
    const mark = w.begin();
    writeReadState(w, m.mine);
    w.end(mark);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readMarker(r: Reader, end: number): Marker {
  let conversation: number = 0;
  let user: number = 0;
  let delivered: number = 0;
  let read: number = 0;
  let mine: ReadState | undefined;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        conversation = r.uint();
        break;
      }
      case 16: {
        user = r.uint();
        break;
      }
      case 24: {
        delivered = r.uint();
        break;
      }
      case 32: {
        read = r.uint();
        break;
      }
      case 42: {
        const partEnd = r.enter();
        const value = readReadState(r, partEnd);
        r.leave(partEnd);
        mine = value;
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { conversation, user, delivered, read, mine, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface ReadState {
  readonly seq: number;
  readonly ordinal: number;
  readonly own: number;
  readonly ownTotal: number;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface ReadStateInit {
  readonly seq?: number | undefined;
  readonly ordinal?: number | undefined;
  readonly own?: number | undefined;
  readonly ownTotal?: number | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeReadState(w: Writer, m: ReadStateInit): void {
  if (m.seq !== undefined && m.seq !== 0) {
    w.uint(8);
    w.uint(m.seq);
  }
  if (m.ordinal !== undefined && m.ordinal !== 0) {
    w.uint(16);
    w.uint(m.ordinal);
  }
  if (m.own !== undefined && m.own !== 0) {
    w.uint(24);
    w.uint(m.own);
  }
  if (m.ownTotal !== undefined && m.ownTotal !== 0) {
    w.uint(32);
    w.uint(m.ownTotal);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readReadState(r: Reader, end: number): ReadState {
  let seq: number = 0;
  let ordinal: number = 0;
  let own: number = 0;
  let ownTotal: number = 0;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        seq = r.uint();
        break;
      }
      case 16: {
        ordinal = r.uint();
        break;
      }
      case 24: {
        own = r.uint();
        break;
      }
      case 32: {
        ownTotal = r.uint();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { seq, ordinal, own, ownTotal, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface SyncResult {
  readonly epoch: string;
  readonly cursor: number;
  readonly reset: boolean;
  readonly changed: readonly ConversationState[];
  readonly users: readonly User[];
  readonly more: boolean;
  readonly digestHigh: number;
  readonly digestLow: number;
  readonly memberships: number;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface SyncResultInit {
  readonly epoch?: string | undefined;
  readonly cursor?: number | undefined;
  readonly reset?: boolean | undefined;
  readonly changed?: readonly ConversationStateInit[] | undefined;
  readonly users?: readonly UserInit[] | undefined;
  readonly more?: boolean | undefined;
  readonly digestHigh?: number | undefined;
  readonly digestLow?: number | undefined;
  readonly memberships?: number | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeSyncResult(w: Writer, m: SyncResultInit): void {
  if (m.epoch !== undefined && m.epoch !== '') {
    w.uint(10);
    w.string(m.epoch);
  }
  if (m.cursor !== undefined && m.cursor !== 0) {
    w.uint(16);
    w.uint(m.cursor);
  }
  if (m.reset !== undefined && m.reset !== false) {
    w.uint(24);
    w.bool(m.reset);
  }
  if (m.changed !== undefined) {
    for (const value of m.changed) {
      w.uint(34);
      const mark = w.begin();
      writeConversationState(w, value);
      w.end(mark);
    }
  }
  if (m.users !== undefined) {
    for (const value of m.users) {
      w.uint(42);
      const mark = w.begin();
      writeUser(w, value);
      w.end(mark);
    }
  }
  if (m.more !== undefined && m.more !== false) {
    w.uint(48);
    w.bool(m.more);
  }
  if (m.digestHigh !== undefined && m.digestHigh !== 0) {
    w.uint(61);
    w.fixed32(m.digestHigh);
  }
  if (m.digestLow !== undefined && m.digestLow !== 0) {
    w.uint(69);
    w.fixed32(m.digestLow);
  }
  if (m.memberships !== undefined && m.memberships !== 0) {
    w.uint(72);
    w.uint(m.memberships);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readSyncResult(r: Reader, end: number): SyncResult {
  let epoch: string = '';
  let cursor: number = 0;
  let reset: boolean = false;
  const changed: ConversationState[] = [];
  const users: User[] = [];
  let more: boolean = false;
  let digestHigh: number = 0;
  let digestLow: number = 0;
  let memberships: number = 0;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        epoch = r.string();
        break;
      }
      case 16: {
        cursor = r.uint();
        break;
      }
      case 24: {
        reset = r.bool();
        break;
      }
      case 34: {
        const partEnd = r.enter();
        const value = readConversationState(r, partEnd);
        r.leave(partEnd);
        changed.push(value);
        break;
      }
      case 42: {
        const partEnd = r.enter();
        const value = readUser(r, partEnd);
        r.leave(partEnd);
        users.push(value);
        break;
      }
      case 48: {
        more = r.bool();
        break;
      }
      case 61: {
        digestHigh = r.fixed32();
        break;
      }
      case 69: {
        digestLow = r.fixed32();
        break;
      }
      case 72: {
        memberships = r.uint32();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { epoch, cursor, reset, changed, users, more, digestHigh, digestLow, memberships, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface ConversationState {
  readonly conversation: number;
  readonly kind: ConversationKind;
  readonly title: string;
  readonly head: number;
  readonly headOrdinal: number;
  readonly headTimeMs: number;
  readonly role: Role;
  readonly first: number;
  readonly memberCount: number;
  readonly read: ReadState | undefined;
  readonly peer: number;
  readonly markers: readonly Marker[];
  readonly entries: readonly LogEntry[];
  readonly amendments: readonly LogEntry[];
  readonly amendmentsMore: boolean;
  readonly open: boolean;
  readonly attributes: readonly Attribute[];
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface ConversationStateInit {
  readonly conversation?: number | undefined;
  readonly kind?: ConversationKind | undefined;
  readonly title?: string | undefined;
  readonly head?: number | undefined;
  readonly headOrdinal?: number | undefined;
  readonly headTimeMs?: number | undefined;
  readonly role?: Role | undefined;
  readonly first?: number | undefined;
  readonly memberCount?: number | undefined;
  readonly read?: ReadStateInit | undefined;
  readonly peer?: number | undefined;
  readonly markers?: readonly MarkerInit[] | undefined;
  readonly entries?: readonly LogEntryInit[] | undefined;
  readonly amendments?: readonly LogEntryInit[] | undefined;
  readonly amendmentsMore?: boolean | undefined;
  readonly open?: boolean | undefined;
  readonly attributes?: readonly AttributeInit[] | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeConversationState(w: Writer, m: ConversationStateInit): void {
  if (m.conversation !== undefined && m.conversation !== 0) {
    w.uint(8);
    w.uint(m.conversation);
  }
  if (m.kind !== undefined && m.kind !== 0) {
    w.uint(16);
    w.uint(m.kind);
  }
  if (m.title !== undefined && m.title !== '') {
    w.uint(26);
    w.string(m.title);
  }
  if (m.head !== undefined && m.head !== 0) {
    w.uint(32);
    w.uint(m.head);
  }
  if (m.headOrdinal !== undefined && m.headOrdinal !== 0) {
    w.uint(40);
    w.uint(m.headOrdinal);
  }
  if (m.headTimeMs !== undefined && m.headTimeMs !== 0) {
    w.uint(48);
    w.uint(m.headTimeMs);
  }
  if (m.role !== undefined && m.role !== 0) {
    w.uint(56);
    w.uint(m.role);
  }
  if (m.first !== undefined && m.first !== 0) {
    w.uint(64);
    w.uint(m.first);
  }
  if (m.memberCount !== undefined && m.memberCount !== 0) {
    w.uint(72);
    w.uint(m.memberCount);
  }
  if (m.read !== undefined) {
    w.uint(82);
    const mark = w.begin();
    writeReadState(w, m.read);
    w.end(mark);
  }
  if (m.peer !== undefined && m.peer !== 0) {
    w.uint(88);
    w.uint(m.peer);
  }
  if (m.markers !== undefined) {
    for (const value of m.markers) {
      w.uint(98);
      const mark = w.begin();
      writeMarker(w, value);
      w.end(mark);
    }
  }
  if (m.entries !== undefined) {
    for (const value of m.entries) {
      w.uint(106);
      const mark = w.begin();
      writeLogEntry(w, value);
      w.end(mark);
    }
  }
  if (m.amendments !== undefined) {
    for (const value of m.amendments) {
      w.uint(114);
      const mark = w.begin();
      writeLogEntry(w, value);
      w.end(mark);
    }
  }
  if (m.amendmentsMore !== undefined && m.amendmentsMore !== false) {
    w.uint(120);
    w.bool(m.amendmentsMore);
  }
  if (m.open !== undefined && m.open !== false) {
    w.uint(128);
    w.bool(m.open);
  }
  if (m.attributes !== undefined) {
    for (const value of m.attributes) {
      w.uint(138);
      const mark = w.begin();
      writeAttribute(w, value);
      w.end(mark);
    }
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readConversationState(r: Reader, end: number): ConversationState {
  let conversation: number = 0;
  let kind: number = 0;
  let title: string = '';
  let head: number = 0;
  let headOrdinal: number = 0;
  let headTimeMs: number = 0;
  let role: number = 0;
  let first: number = 0;
  let memberCount: number = 0;
  let read: ReadState | undefined;
  let peer: number = 0;
  const markers: Marker[] = [];
  const entries: LogEntry[] = [];
  const amendments: LogEntry[] = [];
  let amendmentsMore: boolean = false;
  let open: boolean = false;
  const attributes: Attribute[] = [];
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        conversation = r.uint();
        break;
      }
      case 16: {
        kind = r.uint32();
        break;
      }
      case 26: {
        title = r.string();
        break;
      }
      case 32: {
        head = r.uint();
        break;
      }
      case 40: {
        headOrdinal = r.uint();
        break;
      }
      case 48: {
        headTimeMs = r.uint();
        break;
      }
      case 56: {
        role = r.uint32();
        break;
      }
      case 64: {
        first = r.uint();
        break;
      }
      case 72: {
        memberCount = r.uint32();
        break;
      }
      case 82: {
        const partEnd = r.enter();
        const value = readReadState(r, partEnd);
        r.leave(partEnd);
        read = value;
        break;
      }
      case 88: {
        peer = r.uint();
        break;
      }
      case 98: {
        const partEnd = r.enter();
        const value = readMarker(r, partEnd);
        r.leave(partEnd);
        markers.push(value);
        break;
      }
      case 106: {
        const partEnd = r.enter();
        const value = readLogEntry(r, partEnd);
        r.leave(partEnd);
        entries.push(value);
        break;
      }
      case 114: {
        const partEnd = r.enter();
        const value = readLogEntry(r, partEnd);
        r.leave(partEnd);
        amendments.push(value);
        break;
      }
      case 120: {
        amendmentsMore = r.bool();
        break;
      }
      case 128: {
        open = r.bool();
        break;
      }
      case 138: {
        const partEnd = r.enter();
        const value = readAttribute(r, partEnd);
        r.leave(partEnd);
        attributes.push(value);
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { conversation, kind, title, head, headOrdinal, headTimeMs, role, first, memberCount, read, peer, markers, entries, amendments, amendmentsMore, open, attributes, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface LogEntry {
  readonly seq: number;
  readonly ordinal: number;
  readonly kind: number;
  readonly sender: number;
  readonly timeMs: number;
  readonly target: number;
  readonly body: Uint8Array;
  readonly counter: number;
  readonly device: number;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface LogEntryInit {
  readonly seq?: number | undefined;
  readonly ordinal?: number | undefined;
  readonly kind?: number | undefined;
  readonly sender?: number | undefined;
  readonly timeMs?: number | undefined;
  readonly target?: number | undefined;
  readonly body?: Uint8Array | undefined;
  readonly counter?: number | undefined;
  readonly device?: number | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeLogEntry(w: Writer, m: LogEntryInit): void {
  if (m.seq !== undefined && m.seq !== 0) {
    w.uint(8);
    w.uint(m.seq);
  }
  if (m.ordinal !== undefined && m.ordinal !== 0) {
    w.uint(16);
    w.uint(m.ordinal);
  }
  if (m.kind !== undefined && m.kind !== 0) {
    w.uint(24);
    w.uint(m.kind);
  }
  if (m.sender !== undefined && m.sender !== 0) {
    w.uint(32);
    w.uint(m.sender);
  }
  if (m.timeMs !== undefined && m.timeMs !== 0) {
    w.uint(40);
    w.uint(m.timeMs);
  }
  if (m.target !== undefined && m.target !== 0) {
    w.uint(48);
    w.uint(m.target);
  }
  if (m.body !== undefined && m.body.length > 0) {
    w.uint(58);
    w.bytes(m.body);
  }
  if (m.counter !== undefined && m.counter !== 0) {
    w.uint(64);
    w.uint(m.counter);
  }
  if (m.device !== undefined && m.device !== 0) {
    w.uint(72);
    w.uint(m.device);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readLogEntry(r: Reader, end: number): LogEntry {
  let seq: number = 0;
  let ordinal: number = 0;
  let kind: number = 0;
  let sender: number = 0;
  let timeMs: number = 0;
  let target: number = 0;
  let body: Uint8Array = NO_BYTES;
  let counter: number = 0;
  let device: number = 0;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        seq = r.uint();
        break;
      }
      case 16: {
        ordinal = r.uint();
        break;
      }
      case 24: {
        kind = r.uint32();
        break;
      }
      case 32: {
        sender = r.uint();
        break;
      }
      case 40: {
        timeMs = r.uint();
        break;
      }
      case 48: {
        target = r.uint();
        break;
      }
      case 58: {
        body = r.copy();
        break;
      }
      case 64: {
        counter = r.uint();
        break;
      }
      case 72: {
        device = r.uint();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { seq, ordinal, kind, sender, timeMs, target, body, counter, device, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Response {
  readonly id: number;
  readonly answer: { readonly case: 'failure'; readonly value: Failure } | { readonly case: 'done'; readonly value: Done } | { readonly case: 'conversation'; readonly value: ConversationState } | { readonly case: 'history'; readonly value: HistoryPage } | { readonly case: 'members'; readonly value: MemberPage } | { readonly case: 'users'; readonly value: UserList } | { readonly case: 'devices'; readonly value: DeviceList } | { readonly case: 'tokens'; readonly value: Tokens } | { readonly case: 'invitation'; readonly value: Invitation } | { readonly case: 'sent'; readonly value: Ack } | { readonly case: 'presence'; readonly value: PresenceList } | undefined;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface ResponseInit {
  readonly id?: number | undefined;
  readonly answer?: { readonly case: 'failure'; readonly value: FailureInit } | { readonly case: 'done'; readonly value: DoneInit } | { readonly case: 'conversation'; readonly value: ConversationStateInit } | { readonly case: 'history'; readonly value: HistoryPageInit } | { readonly case: 'members'; readonly value: MemberPageInit } | { readonly case: 'users'; readonly value: UserListInit } | { readonly case: 'devices'; readonly value: DeviceListInit } | { readonly case: 'tokens'; readonly value: TokensInit } | { readonly case: 'invitation'; readonly value: InvitationInit } | { readonly case: 'sent'; readonly value: AckInit } | { readonly case: 'presence'; readonly value: PresenceListInit } | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeResponse(w: Writer, m: ResponseInit): void {
  if (m.id !== undefined && m.id !== 0) {
    w.uint(8);
    w.uint(m.id);
  }
  const of = m.answer;
  switch (of?.case) {
    case 'failure': {
      w.uint(18);
      const mark = w.begin();
      writeFailure(w, of.value);
      w.end(mark);
      break;
    }
    case 'done': {
      w.uint(26);
      const mark = w.begin();
      writeDone(w, of.value);
      w.end(mark);
      break;
    }
    case 'conversation': {
      w.uint(34);
      const mark = w.begin();
      writeConversationState(w, of.value);
      w.end(mark);
      break;
    }
    case 'history': {
      w.uint(42);
      const mark = w.begin();
      writeHistoryPage(w, of.value);
      w.end(mark);
      break;
    }
    case 'members': {
      w.uint(50);
      const mark = w.begin();
      writeMemberPage(w, of.value);
      w.end(mark);
      break;
    }
    case 'users': {
      w.uint(58);
      const mark = w.begin();
      writeUserList(w, of.value);
      w.end(mark);
      break;
    }
    case 'devices': {
      w.uint(66);
      const mark = w.begin();
      writeDeviceList(w, of.value);
      w.end(mark);
      break;
    }
    case 'tokens': {
      w.uint(74);
      const mark = w.begin();
      writeTokens(w, of.value);
      w.end(mark);
      break;
    }
    case 'invitation': {
      w.uint(82);
      const mark = w.begin();
      writeInvitation(w, of.value);
      w.end(mark);
      break;
    }
    case 'sent': {
      w.uint(90);
      const mark = w.begin();
      writeAck(w, of.value);
      w.end(mark);
      break;
    }
    case 'presence': {
      w.uint(98);
      const mark = w.begin();
      writePresenceList(w, of.value);
      w.end(mark);
      break;
    }
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readResponse(r: Reader, end: number): Response {
  let id: number = 0;
  let answer: Response['answer'];
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        id = r.uint();
        break;
      }
      case 18: {
        const partEnd = r.enter();
        const value = readFailure(r, partEnd);
        r.leave(partEnd);
        answer = { case: 'failure', value: value };
        break;
      }
      case 26: {
        const partEnd = r.enter();
        const value = readDone(r, partEnd);
        r.leave(partEnd);
        answer = { case: 'done', value: value };
        break;
      }
      case 34: {
        const partEnd = r.enter();
        const value = readConversationState(r, partEnd);
        r.leave(partEnd);
        answer = { case: 'conversation', value: value };
        break;
      }
      case 42: {
        const partEnd = r.enter();
        const value = readHistoryPage(r, partEnd);
        r.leave(partEnd);
        answer = { case: 'history', value: value };
        break;
      }
      case 50: {
        const partEnd = r.enter();
        const value = readMemberPage(r, partEnd);
        r.leave(partEnd);
        answer = { case: 'members', value: value };
        break;
      }
      case 58: {
        const partEnd = r.enter();
        const value = readUserList(r, partEnd);
        r.leave(partEnd);
        answer = { case: 'users', value: value };
        break;
      }
      case 66: {
        const partEnd = r.enter();
        const value = readDeviceList(r, partEnd);
        r.leave(partEnd);
        answer = { case: 'devices', value: value };
        break;
      }
      case 74: {
        const partEnd = r.enter();
        const value = readTokens(r, partEnd);
        r.leave(partEnd);
        answer = { case: 'tokens', value: value };
        break;
      }
      case 82: {
        const partEnd = r.enter();
        const value = readInvitation(r, partEnd);
        r.leave(partEnd);
        answer = { case: 'invitation', value: value };
        break;
      }
      case 90: {
        const partEnd = r.enter();
        const value = readAck(r, partEnd);
        r.leave(partEnd);
        answer = { case: 'sent', value: value };
        break;
      }
      case 98: {
        const partEnd = r.enter();
        const value = readPresenceList(r, partEnd);
        r.leave(partEnd);
        answer = { case: 'presence', value: value };
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { id, answer, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Failure {
  readonly code: string;
  readonly retryAfterMs: number;
  readonly limit: number;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface FailureInit {
  readonly code?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly limit?: number | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeFailure(w: Writer, m: FailureInit): void {
  if (m.code !== undefined && m.code !== '') {
    w.uint(10);
    w.string(m.code);
  }
  if (m.retryAfterMs !== undefined && m.retryAfterMs !== 0) {
    w.uint(16);
    w.uint(m.retryAfterMs);
  }
  if (m.limit !== undefined && m.limit !== 0) {
    w.uint(24);
    w.uint(m.limit);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readFailure(r: Reader, end: number): Failure {
  let code: string = '';
  let retryAfterMs: number = 0;
  let limit: number = 0;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        code = r.string();
        break;
      }
      case 16: {
        retryAfterMs = r.uint32();
        break;
      }
      case 24: {
        limit = r.uint();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { code, retryAfterMs, limit, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Done {
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface DoneInit {
  readonly unknown?: Uint8Array | undefined;
}

export function writeDone(w: Writer, m: DoneInit): void {
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readDone(r: Reader, end: number): Done {
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface HistoryPage {
  readonly entries: readonly LogEntry[];
  readonly amendments: readonly LogEntry[];
  readonly users: readonly User[];
  readonly more: boolean;
  readonly continueAt: number;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface HistoryPageInit {
  readonly entries?: readonly LogEntryInit[] | undefined;
  readonly amendments?: readonly LogEntryInit[] | undefined;
  readonly users?: readonly UserInit[] | undefined;
  readonly more?: boolean | undefined;
  readonly continueAt?: number | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeHistoryPage(w: Writer, m: HistoryPageInit): void {
  if (m.entries !== undefined) {
    for (const value of m.entries) {
      w.uint(10);
      const mark = w.begin();
      writeLogEntry(w, value);
      w.end(mark);
    }
  }
  if (m.amendments !== undefined) {
    for (const value of m.amendments) {
      w.uint(18);
      const mark = w.begin();
      writeLogEntry(w, value);
      w.end(mark);
    }
  }
  if (m.users !== undefined) {
    for (const value of m.users) {
      w.uint(26);
      const mark = w.begin();
      writeUser(w, value);
      w.end(mark);
    }
  }
  if (m.more !== undefined && m.more !== false) {
    w.uint(32);
    w.bool(m.more);
  }
  if (m.continueAt !== undefined && m.continueAt !== 0) {
    w.uint(40);
    w.uint(m.continueAt);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readHistoryPage(r: Reader, end: number): HistoryPage {
  const entries: LogEntry[] = [];
  const amendments: LogEntry[] = [];
  const users: User[] = [];
  let more: boolean = false;
  let continueAt: number = 0;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        const partEnd = r.enter();
        const value = readLogEntry(r, partEnd);
        r.leave(partEnd);
        entries.push(value);
        break;
      }
      case 18: {
        const partEnd = r.enter();
        const value = readLogEntry(r, partEnd);
        r.leave(partEnd);
        amendments.push(value);
        break;
      }
      case 26: {
        const partEnd = r.enter();
        const value = readUser(r, partEnd);
        r.leave(partEnd);
        users.push(value);
        break;
      }
      case 32: {
        more = r.bool();
        break;
      }
      case 40: {
        continueAt = r.uint();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { entries, amendments, users, more, continueAt, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Member {
  readonly user: User | undefined;
  readonly role: Role;
  readonly delivered: number;
  readonly read: number;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface MemberInit {
  readonly user?: UserInit | undefined;
  readonly role?: Role | undefined;
  readonly delivered?: number | undefined;
  readonly read?: number | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeMember(w: Writer, m: MemberInit): void {
  if (m.user !== undefined) {
    w.uint(10);
    const mark = w.begin();
    writeUser(w, m.user);
    w.end(mark);
  }
  if (m.role !== undefined && m.role !== 0) {
    w.uint(16);
    w.uint(m.role);
  }
  if (m.delivered !== undefined && m.delivered !== 0) {
    w.uint(24);
    w.uint(m.delivered);
  }
  if (m.read !== undefined && m.read !== 0) {
    w.uint(32);
    w.uint(m.read);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readMember(r: Reader, end: number): Member {
  let user: User | undefined;
  let role: number = 0;
  let delivered: number = 0;
  let read: number = 0;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        const partEnd = r.enter();
        const value = readUser(r, partEnd);
        r.leave(partEnd);
        user = value;
        break;
      }
      case 16: {
        role = r.uint32();
        break;
      }
      case 24: {
        delivered = r.uint();
        break;
      }
      case 32: {
        read = r.uint();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { user, role, delivered, read, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface MemberPage {
  readonly members: readonly Member[];
  readonly more: boolean;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface MemberPageInit {
  readonly members?: readonly MemberInit[] | undefined;
  readonly more?: boolean | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeMemberPage(w: Writer, m: MemberPageInit): void {
  if (m.members !== undefined) {
    for (const value of m.members) {
      w.uint(10);
      const mark = w.begin();
      writeMember(w, value);
      w.end(mark);
    }
  }
  if (m.more !== undefined && m.more !== false) {
    w.uint(16);
    w.bool(m.more);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readMemberPage(r: Reader, end: number): MemberPage {
  const members: Member[] = [];
  let more: boolean = false;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        const partEnd = r.enter();
        const value = readMember(r, partEnd);
        r.leave(partEnd);
        members.push(value);
        break;
      }
      case 16: {
        more = r.bool();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { members, more, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface UserList {
  readonly users: readonly User[];
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface UserListInit {
  readonly users?: readonly UserInit[] | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeUserList(w: Writer, m: UserListInit): void {
  if (m.users !== undefined) {
    for (const value of m.users) {
      w.uint(10);
      const mark = w.begin();
      writeUser(w, value);
      w.end(mark);
    }
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readUserList(r: Reader, end: number): UserList {
  const users: User[] = [];
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        const partEnd = r.enter();
        const value = readUser(r, partEnd);
        r.leave(partEnd);
        users.push(value);
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { users, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Device {
  readonly number: number;
  readonly kind: string;
  readonly name: string;
  readonly app: string;
  readonly signedInMs: number;
  readonly seenMs: number;
  readonly online: boolean;
  readonly current: boolean;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface DeviceInit {
  readonly number?: number | undefined;
  readonly kind?: string | undefined;
  readonly name?: string | undefined;
  readonly app?: string | undefined;
  readonly signedInMs?: number | undefined;
  readonly seenMs?: number | undefined;
  readonly online?: boolean | undefined;
  readonly current?: boolean | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeDevice(w: Writer, m: DeviceInit): void {
  if (m.number !== undefined && m.number !== 0) {
    w.uint(8);
    w.uint(m.number);
  }
  if (m.kind !== undefined && m.kind !== '') {
    w.uint(18);
    w.string(m.kind);
  }
  if (m.name !== undefined && m.name !== '') {
    w.uint(26);
    w.string(m.name);
  }
  if (m.app !== undefined && m.app !== '') {
    w.uint(34);
    w.string(m.app);
  }
  if (m.signedInMs !== undefined && m.signedInMs !== 0) {
    w.uint(40);
    w.uint(m.signedInMs);
  }
  if (m.seenMs !== undefined && m.seenMs !== 0) {
    w.uint(48);
    w.uint(m.seenMs);
  }
  if (m.online !== undefined && m.online !== false) {
    w.uint(56);
    w.bool(m.online);
  }
  if (m.current !== undefined && m.current !== false) {
    w.uint(64);
    w.bool(m.current);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readDevice(r: Reader, end: number): Device {
  let number: number = 0;
  let kind: string = '';
  let name: string = '';
  let app: string = '';
  let signedInMs: number = 0;
  let seenMs: number = 0;
  let online: boolean = false;
  let current: boolean = false;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        number = r.uint();
        break;
      }
      case 18: {
        kind = r.string();
        break;
      }
      case 26: {
        name = r.string();
        break;
      }
      case 34: {
        app = r.string();
        break;
      }
      case 40: {
        signedInMs = r.uint();
        break;
      }
      case 48: {
        seenMs = r.uint();
        break;
      }
      case 56: {
        online = r.bool();
        break;
      }
      case 64: {
        current = r.bool();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { number, kind, name, app, signedInMs, seenMs, online, current, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface DeviceList {
  readonly devices: readonly Device[];
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface DeviceListInit {
  readonly devices?: readonly DeviceInit[] | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeDeviceList(w: Writer, m: DeviceListInit): void {
  if (m.devices !== undefined) {
    for (const value of m.devices) {
      w.uint(10);
      const mark = w.begin();
      writeDevice(w, value);
      w.end(mark);
    }
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readDeviceList(r: Reader, end: number): DeviceList {
  const devices: Device[] = [];
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        const partEnd = r.enter();
        const value = readDevice(r, partEnd);
        r.leave(partEnd);
        devices.push(value);
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { devices, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Presence {
  readonly user: number;
  readonly online: boolean;
  readonly seenMs: number;
  readonly availability: Availability;
  readonly text: string;
  readonly version: number;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface PresenceInit {
  readonly user?: number | undefined;
  readonly online?: boolean | undefined;
  readonly seenMs?: number | undefined;
  readonly availability?: Availability | undefined;
  readonly text?: string | undefined;
  readonly version?: number | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writePresence(w: Writer, m: PresenceInit): void {
  if (m.user !== undefined && m.user !== 0) {
    w.uint(8);
    w.uint(m.user);
  }
  if (m.online !== undefined && m.online !== false) {
    w.uint(16);
    w.bool(m.online);
  }
  if (m.seenMs !== undefined && m.seenMs !== 0) {
    w.uint(24);
    w.uint(m.seenMs);
  }
  if (m.availability !== undefined && m.availability !== 0) {
    w.uint(32);
    w.uint(m.availability);
  }
  if (m.text !== undefined && m.text !== '') {
    w.uint(42);
    w.string(m.text);
  }
  if (m.version !== undefined && m.version !== 0) {
    w.uint(48);
    w.uint(m.version);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readPresence(r: Reader, end: number): Presence {
  let user: number = 0;
  let online: boolean = false;
  let seenMs: number = 0;
  let availability: number = 0;
  let text: string = '';
  let version: number = 0;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        user = r.uint();
        break;
      }
      case 16: {
        online = r.bool();
        break;
      }
      case 24: {
        seenMs = r.uint();
        break;
      }
      case 32: {
        availability = r.uint32();
        break;
      }
      case 42: {
        text = r.string();
        break;
      }
      case 48: {
        version = r.uint();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { user, online, seenMs, availability, text, version, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface PresenceList {
  readonly users: readonly Presence[];
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface PresenceListInit {
  readonly users?: readonly PresenceInit[] | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writePresenceList(w: Writer, m: PresenceListInit): void {
  if (m.users !== undefined) {
    for (const value of m.users) {
      w.uint(10);
      const mark = w.begin();
      writePresence(w, value);
      w.end(mark);
    }
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readPresenceList(r: Reader, end: number): PresenceList {
  const users: Presence[] = [];
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        const partEnd = r.enter();
        const value = readPresence(r, partEnd);
        r.leave(partEnd);
        users.push(value);
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { users, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Invitation {
  readonly code: string;
  readonly expiresMs: number;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface InvitationInit {
  readonly code?: string | undefined;
  readonly expiresMs?: number | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeInvitation(w: Writer, m: InvitationInit): void {
  if (m.code !== undefined && m.code !== '') {
    w.uint(10);
    w.string(m.code);
  }
  if (m.expiresMs !== undefined && m.expiresMs !== 0) {
    w.uint(16);
    w.uint(m.expiresMs);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readInvitation(r: Reader, end: number): Invitation {
  let code: string = '';
  let expiresMs: number = 0;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        code = r.string();
        break;
      }
      case 16: {
        expiresMs = r.uint();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { code, expiresMs, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Close {
  readonly code: number;
  readonly reason: string;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface CloseInit {
  readonly code?: number | undefined;
  readonly reason?: string | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeClose(w: Writer, m: CloseInit): void {
  if (m.code !== undefined && m.code !== 0) {
    w.uint(8);
    w.uint(m.code);
  }
  if (m.reason !== undefined && m.reason !== '') {
    w.uint(18);
    w.string(m.reason);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readClose(r: Reader, end: number): Close {
  let code: number = 0;
  let reason: string = '';
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        code = r.uint32();
        break;
      }
      case 18: {
        reason = r.string();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { code, reason, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Pong {
  readonly id: number;
  readonly serverTimeMs: number;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface PongInit {
  readonly id?: number | undefined;
  readonly serverTimeMs?: number | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writePong(w: Writer, m: PongInit): void {
  if (m.id !== undefined && m.id !== 0) {
    w.uint(8);
    w.uint(m.id);
  }
  if (m.serverTimeMs !== undefined && m.serverTimeMs !== 0) {
    w.uint(16);
    w.uint(m.serverTimeMs);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readPong(r: Reader, end: number): Pong {
  let id: number = 0;
  let serverTimeMs: number = 0;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        id = r.uint();
        break;
      }
      case 16: {
        serverTimeMs = r.uint();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { id, serverTimeMs, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface MembershipChanged {
  readonly state: ConversationState | undefined;
  readonly users: readonly User[];
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface MembershipChangedInit {
  readonly state?: ConversationStateInit | undefined;
  readonly users?: readonly UserInit[] | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeMembershipChanged(w: Writer, m: MembershipChangedInit): void {
  if (m.state !== undefined) {
    w.uint(10);
    const mark = w.begin();
    writeConversationState(w, m.state);
    w.end(mark);
  }
  if (m.users !== undefined) {
    for (const value of m.users) {
      w.uint(18);
      const mark = w.begin();
      writeUser(w, value);
      w.end(mark);
    }
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readMembershipChanged(r: Reader, end: number): MembershipChanged {
  let state: ConversationState | undefined;
  const users: User[] = [];
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        const partEnd = r.enter();
        const value = readConversationState(r, partEnd);
        r.leave(partEnd);
        state = value;
        break;
      }
      case 18: {
        const partEnd = r.enter();
        const value = readUser(r, partEnd);
        r.leave(partEnd);
        users.push(value);
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { state, users, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Resync {
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface ResyncInit {
  readonly unknown?: Uint8Array | undefined;
}

export function writeResync(w: Writer, m: ResyncInit): void {
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readResync(r: Reader, end: number): Resync {
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface SignIn {
  readonly auth: { readonly case: 'password'; readonly value: PasswordAuth } | { readonly case: 'registration'; readonly value: Registration } | { readonly case: 'dev'; readonly value: string } | undefined;
  readonly installation: string;
  readonly deviceKind: string;
  readonly deviceName: string;
  readonly app: string;
  readonly appVersion: string;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface SignInInit {
  readonly auth?: { readonly case: 'password'; readonly value: PasswordAuthInit } | { readonly case: 'registration'; readonly value: RegistrationInit } | { readonly case: 'dev'; readonly value: string } | undefined;
  readonly installation?: string | undefined;
  readonly deviceKind?: string | undefined;
  readonly deviceName?: string | undefined;
  readonly app?: string | undefined;
  readonly appVersion?: string | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeSignIn(w: Writer, m: SignInInit): void {
  const of = m.auth;
  switch (of?.case) {
    case 'password': {
      w.uint(10);
      const mark = w.begin();
      writePasswordAuth(w, of.value);
      w.end(mark);
      break;
    }
    case 'registration': {
      w.uint(18);
      const mark = w.begin();
      writeRegistration(w, of.value);
      w.end(mark);
      break;
    }
    case 'dev': {
      w.uint(26);
      w.string(of.value);
      break;
    }
  }
  if (m.installation !== undefined && m.installation !== '') {
    w.uint(34);
    w.string(m.installation);
  }
  if (m.deviceKind !== undefined && m.deviceKind !== '') {
    w.uint(42);
    w.string(m.deviceKind);
  }
  if (m.deviceName !== undefined && m.deviceName !== '') {
    w.uint(50);
    w.string(m.deviceName);
  }
  if (m.app !== undefined && m.app !== '') {
    w.uint(58);
    w.string(m.app);
  }
  if (m.appVersion !== undefined && m.appVersion !== '') {
    w.uint(66);
    w.string(m.appVersion);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readSignIn(r: Reader, end: number): SignIn {
  let auth: SignIn['auth'];
  let installation: string = '';
  let deviceKind: string = '';
  let deviceName: string = '';
  let app: string = '';
  let appVersion: string = '';
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        const partEnd = r.enter();
        const value = readPasswordAuth(r, partEnd);
        r.leave(partEnd);
        auth = { case: 'password', value: value };
        break;
      }
      case 18: {
        const partEnd = r.enter();
        const value = readRegistration(r, partEnd);
        r.leave(partEnd);
        auth = { case: 'registration', value: value };
        break;
      }
      case 26: {
        auth = { case: 'dev', value: r.string() };
        break;
      }
      case 34: {
        installation = r.string();
        break;
      }
      case 42: {
        deviceKind = r.string();
        break;
      }
      case 50: {
        deviceName = r.string();
        break;
      }
      case 58: {
        app = r.string();
        break;
      }
      case 66: {
        appVersion = r.string();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { auth, installation, deviceKind, deviceName, app, appVersion, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface SignOut {
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface SignOutInit {
  readonly unknown?: Uint8Array | undefined;
}

export function writeSignOut(w: Writer, m: SignOutInit): void {
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readSignOut(r: Reader, end: number): SignOut {
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface AskPresence {
  readonly users: readonly number[];
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface AskPresenceInit {
  readonly users?: readonly number[] | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeAskPresence(w: Writer, m: AskPresenceInit): void {
  if (m.users !== undefined && m.users.length > 0) {
    w.uint(10);
    const mark = w.begin();
    for (const value of m.users) w.uint(value);
    w.end(mark);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readAskPresence(r: Reader, end: number): AskPresence {
  const users: number[] = [];
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 8: {
        users.push(r.uint());
        break;
      }
      case 10: {
        const partEnd = r.enter();
        while (r.at < partEnd) users.push(r.uint());
        r.leave(partEnd);
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { users, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface CreateTicket {
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface CreateTicketInit {
  readonly unknown?: Uint8Array | undefined;
}

export function writeCreateTicket(w: Writer, m: CreateTicketInit): void {
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readCreateTicket(r: Reader, end: number): CreateTicket {
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Ticket {
  readonly ticket: string;
  readonly expiresMs: number;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface TicketInit {
  readonly ticket?: string | undefined;
  readonly expiresMs?: number | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeTicket(w: Writer, m: TicketInit): void {
  if (m.ticket !== undefined && m.ticket !== '') {
    w.uint(10);
    w.string(m.ticket);
  }
  if (m.expiresMs !== undefined && m.expiresMs !== 0) {
    w.uint(16);
    w.uint(m.expiresMs);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readTicket(r: Reader, end: number): Ticket {
  let ticket: string = '';
  let expiresMs: number = 0;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        ticket = r.string();
        break;
      }
      case 16: {
        expiresMs = r.uint();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { ticket, expiresMs, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Poll {
  readonly cursor: string;
  readonly wait: number;
  readonly entries: number;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface PollInit {
  readonly cursor?: string | undefined;
  readonly wait?: number | undefined;
  readonly entries?: number | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writePoll(w: Writer, m: PollInit): void {
  if (m.cursor !== undefined && m.cursor !== '') {
    w.uint(10);
    w.string(m.cursor);
  }
  if (m.wait !== undefined && m.wait !== 0) {
    w.uint(16);
    w.uint(m.wait);
  }
  if (m.entries !== undefined && m.entries !== 0) {
    w.uint(24);
    w.uint(m.entries);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readPoll(r: Reader, end: number): Poll {
  let cursor: string = '';
  let wait: number = 0;
  let entries: number = 0;
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        cursor = r.string();
        break;
      }
      case 16: {
        wait = r.uint32();
        break;
      }
      case 24: {
        entries = r.uint32();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { cursor, wait, entries, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface Changes {
  readonly cursor: string;
  readonly reset: boolean;
  readonly changed: readonly ConversationState[];
  readonly users: readonly User[];
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface ChangesInit {
  readonly cursor?: string | undefined;
  readonly reset?: boolean | undefined;
  readonly changed?: readonly ConversationStateInit[] | undefined;
  readonly users?: readonly UserInit[] | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeChanges(w: Writer, m: ChangesInit): void {
  if (m.cursor !== undefined && m.cursor !== '') {
    w.uint(10);
    w.string(m.cursor);
  }
  if (m.reset !== undefined && m.reset !== false) {
    w.uint(16);
    w.bool(m.reset);
  }
  if (m.changed !== undefined) {
    for (const value of m.changed) {
      w.uint(26);
      const mark = w.begin();
      writeConversationState(w, value);
      w.end(mark);
    }
  }
  if (m.users !== undefined) {
    for (const value of m.users) {
      w.uint(34);
      const mark = w.begin();
      writeUser(w, value);
      w.end(mark);
    }
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readChanges(r: Reader, end: number): Changes {
  let cursor: string = '';
  let reset: boolean = false;
  const changed: ConversationState[] = [];
  const users: User[] = [];
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        cursor = r.string();
        break;
      }
      case 16: {
        reset = r.bool();
        break;
      }
      case 26: {
        const partEnd = r.enter();
        const value = readConversationState(r, partEnd);
        r.leave(partEnd);
        changed.push(value);
        break;
      }
      case 34: {
        const partEnd = r.enter();
        const value = readUser(r, partEnd);
        r.leave(partEnd);
        users.push(value);
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { cursor, reset, changed, users, unknown: r.joined(unknown) };
}

/** As read: every field present. */
export interface ChangesEvent {
  readonly changed: readonly ConversationState[];
  readonly users: readonly User[];
  readonly reset: boolean;
  readonly more: boolean;
  readonly cursor: string;
  /** Fields of a newer schema, kept as they came. */
  readonly unknown: Uint8Array | undefined;
}
/** As written: what is left out has its default. */
export interface ChangesEventInit {
  readonly changed?: readonly ConversationStateInit[] | undefined;
  readonly users?: readonly UserInit[] | undefined;
  readonly reset?: boolean | undefined;
  readonly more?: boolean | undefined;
  readonly cursor?: string | undefined;
  readonly unknown?: Uint8Array | undefined;
}

export function writeChangesEvent(w: Writer, m: ChangesEventInit): void {
  if (m.changed !== undefined) {
    for (const value of m.changed) {
      w.uint(10);
      const mark = w.begin();
      writeConversationState(w, value);
      w.end(mark);
    }
  }
  if (m.users !== undefined) {
    for (const value of m.users) {
      w.uint(18);
      const mark = w.begin();
      writeUser(w, value);
      w.end(mark);
    }
  }
  if (m.reset !== undefined && m.reset !== false) {
    w.uint(24);
    w.bool(m.reset);
  }
  if (m.more !== undefined && m.more !== false) {
    w.uint(32);
    w.bool(m.more);
  }
  if (m.cursor !== undefined && m.cursor !== '') {
    w.uint(42);
    w.string(m.cursor);
  }
  if (m.unknown !== undefined) w.raw(m.unknown);
}

export function readChangesEvent(r: Reader, end: number): ChangesEvent {
  const changed: ConversationState[] = [];
  const users: User[] = [];
  let reset: boolean = false;
  let more: boolean = false;
  let cursor: string = '';
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    switch (tag) {
      case 10: {
        const partEnd = r.enter();
        const value = readConversationState(r, partEnd);
        r.leave(partEnd);
        changed.push(value);
        break;
      }
      case 18: {
        const partEnd = r.enter();
        const value = readUser(r, partEnd);
        r.leave(partEnd);
        users.push(value);
        break;
      }
      case 24: {
        reset = r.bool();
        break;
      }
      case 32: {
        more = r.bool();
        break;
      }
      case 42: {
        cursor = r.string();
        break;
      }
      default:
        unknown = r.unknown(tag, tagAt, unknown);
    }
  }
  return { changed, users, reset, more, cursor, unknown: r.joined(unknown) };
}

export type UpFrame = NonNullable<Up['frame']>;
export type UpFrameInit = NonNullable<UpInit['frame']>;
/** The byte that each frame starts with. */
export const UP_FRAME = {
  hello: 1,
  send: 2,
  received: 3,
  read: 4,
  typing: 5,
  sync: 6,
  request: 7,
  goodbye: 8,
  probe: 9,
  transient: 10,
} as const;
/** Writes the member's number as one byte and its encoding; the framing around it says where it ends. */
export function writeUpFrame(w: Writer, frame: UpFrameInit): void {
  switch (frame.case) {
    case 'hello':
      w.byte(1);
      writeHello(w, frame.value);
      break;
    case 'send':
      w.byte(2);
      writeSend(w, frame.value);
      break;
    case 'received':
      w.byte(3);
      writeReceived(w, frame.value);
      break;
    case 'read':
      w.byte(4);
      writeRead(w, frame.value);
      break;
    case 'typing':
      w.byte(5);
      writeTyping(w, frame.value);
      break;
    case 'sync':
      w.byte(6);
      writeSync(w, frame.value);
      break;
    case 'request':
      w.byte(7);
      writeRequest(w, frame.value);
      break;
    case 'goodbye':
      w.byte(8);
      writeGoodbye(w, frame.value);
      break;
    case 'probe':
      w.byte(9);
      writeProbe(w, frame.value);
      break;
    case 'transient':
      w.byte(10);
      writeTransient(w, frame.value);
      break;
  }
}
/** Reads what the writer wrote; `undefined` for a frame of a newer version. */
export function readUpFrame(r: Reader, end: number): UpFrame | undefined {
  switch (r.uint()) {
    case 1:
      return { case: 'hello', value: readHello(r, end) };
    case 2:
      return { case: 'send', value: readSend(r, end) };
    case 3:
      return { case: 'received', value: readReceived(r, end) };
    case 4:
      return { case: 'read', value: readRead(r, end) };
    case 5:
      return { case: 'typing', value: readTyping(r, end) };
    case 6:
      return { case: 'sync', value: readSync(r, end) };
    case 7:
      return { case: 'request', value: readRequest(r, end) };
    case 8:
      return { case: 'goodbye', value: readGoodbye(r, end) };
    case 9:
      return { case: 'probe', value: readProbe(r, end) };
    case 10:
      return { case: 'transient', value: readTransient(r, end) };
    default:
      r.at = end;
      return undefined;
  }
}

export type DownFrame = NonNullable<Down['frame']>;
export type DownFrameInit = NonNullable<DownInit['frame']>;
/** The byte that each frame starts with. */
export const DOWN_FRAME = {
  welcome: 1,
  push: 2,
  ack: 3,
  refused: 4,
  head: 5,
  marker: 6,
  typing: 7,
  syncResult: 8,
  response: 9,
  close: 10,
  pong: 11,
  membership: 12,
  resync: 13,
  presence: 14,
  transient: 16,
} as const;
/** Writes the member's number as one byte and its encoding; the framing around it says where it ends. */
export function writeDownFrame(w: Writer, frame: DownFrameInit): void {
  switch (frame.case) {
    case 'welcome':
      w.byte(1);
      writeWelcome(w, frame.value);
      break;
    case 'push':
      w.byte(2);
      writePush(w, frame.value);
      break;
    case 'ack':
      w.byte(3);
      writeAck(w, frame.value);
      break;
    case 'refused':
      w.byte(4);
      writeRefused(w, frame.value);
      break;
    case 'head':
      w.byte(5);
      writeHead(w, frame.value);
      break;
    case 'marker':
      w.byte(6);
      writeMarker(w, frame.value);
      break;
    case 'typing':
      w.byte(7);
      writeTyping(w, frame.value);
      break;
    case 'syncResult':
      w.byte(8);
      writeSyncResult(w, frame.value);
      break;
    case 'response':
      w.byte(9);
      writeResponse(w, frame.value);
      break;
    case 'close':
      w.byte(10);
      writeClose(w, frame.value);
      break;
    case 'pong':
      w.byte(11);
      writePong(w, frame.value);
      break;
    case 'membership':
      w.byte(12);
      writeMembershipChanged(w, frame.value);
      break;
    case 'resync':
      w.byte(13);
      writeResync(w, frame.value);
      break;
    case 'presence':
      w.byte(14);
      writePresenceList(w, frame.value);
      break;
    case 'transient':
      w.byte(16);
      writeTransient(w, frame.value);
      break;
  }
}
/** Reads what the writer wrote; `undefined` for a frame of a newer version. */
export function readDownFrame(r: Reader, end: number): DownFrame | undefined {
  switch (r.uint()) {
    case 1:
      return { case: 'welcome', value: readWelcome(r, end) };
    case 2:
      return { case: 'push', value: readPush(r, end) };
    case 3:
      return { case: 'ack', value: readAck(r, end) };
    case 4:
      return { case: 'refused', value: readRefused(r, end) };
    case 5:
      return { case: 'head', value: readHead(r, end) };
    case 6:
      return { case: 'marker', value: readMarker(r, end) };
    case 7:
      return { case: 'typing', value: readTyping(r, end) };
    case 8:
      return { case: 'syncResult', value: readSyncResult(r, end) };
    case 9:
      return { case: 'response', value: readResponse(r, end) };
    case 10:
      return { case: 'close', value: readClose(r, end) };
    case 11:
      return { case: 'pong', value: readPong(r, end) };
    case 12:
      return { case: 'membership', value: readMembershipChanged(r, end) };
    case 13:
      return { case: 'resync', value: readResync(r, end) };
    case 14:
      return { case: 'presence', value: readPresenceList(r, end) };
    case 16:
      return { case: 'transient', value: readTransient(r, end) };
    default:
      r.at = end;
      return undefined;
  }
}

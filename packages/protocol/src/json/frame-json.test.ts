import { ENTRY_KIND } from '@skein/model';
import { describe, expect, it } from 'vitest';
import {
  MemberAction,
  Role,
  writeContent,
  writeMemberChange,
  writeReaction,
  writeSettingsChange,
} from '../generated/skein.gen.ts';
import { encodeMessage } from '../message-codec.ts';
import { ProtocolError } from '../protocol-error.ts';
import { downFromJson, downToJson, upFromJson, upToJson } from './frame-json.ts';

const TEXT = encodeMessage(writeContent, { of: { case: 'text', value: '你好 🪿' } });

describe('the JSON form', () => {
  it('[JS1] of a frame is one object with one property, its name', () => {
    const json = '{"send":{"conversation":7,"counter":1,"text":"你好"}}';
    expect(upFromJson(json)).toMatchObject({
      case: 'send',
      value: { conversation: 7, counter: 1, text: '你好', kind: 0 },
    });
    expect(upToJson({ case: 'send', value: { conversation: 7, counter: 1, text: '你好' } })).toBe(json);
  });

  it('[JS1] with two frames in one object is refused', () => {
    expect(() => upFromJson('{"probe":{"id":1},"goodbye":{}}')).toThrow(ProtocolError);
  });

  it('[JS2] writes numbers as numbers and reads numbers in strings', () => {
    const largest = Number.MAX_SAFE_INTEGER;
    const json = downToJson({ case: 'pong', value: { id: 1, serverTimeMs: largest } });
    expect(json).toBe(`{"pong":{"id":1,"serverTimeMs":${largest}}}`);
    expect(upFromJson('{"probe":{"id":"12"}}')).toMatchObject({ value: { id: 12 } });
  });

  it.each(['-1', '1.5', '9007199254740992', '1e999', '"x"', '"-1"', 'true', '[1]'])(
    '[JS2] refuses %s as a number',
    (id) => {
      expect(() => upFromJson(`{"probe":{"id":${id}}}`)).toThrow(ProtocolError);
    },
  );

  it('[JS2] refuses a 32-bit number that is larger', () => {
    expect(() => upFromJson('{"hello":{"version":4294967296}}')).toThrow(ProtocolError);
  });

  it('[JS2] names the values of an enumeration and keeps the numbers of unknown ones', () => {
    const json =
      '{"request":{"id":1,"changeMembers":{"conversation":2,"action":"role","users":["bob"],"role":"admin"}}}';
    const frame = upFromJson(json);
    expect(frame).toMatchObject({
      value: { ask: { value: { action: MemberAction.role, role: Role.admin } } },
    });
    expect(frame && upToJson(frame)).toBe(json);
    const unknown = downToJson({ case: 'syncResult', value: { changed: [{ conversation: 1, role: 99 }] } });
    expect(unknown).toBe('{"syncResult":{"changed":[{"conversation":1,"role":99}]}}');
    expect(downFromJson(unknown)).toMatchObject({ value: { changed: [{ role: 99 }] } });
  });

  it.each([
    ['a message', ENTRY_KIND.message, TEXT, { content: { text: '你好 🪿' } }],
    ['an edit', ENTRY_KIND.edit, TEXT, { content: { text: '你好 🪿' } }],
    [
      'a reaction',
      ENTRY_KIND.reaction,
      encodeMessage(writeReaction, { key: '[大笑]' }),
      { reaction: { key: '[大笑]' } },
    ],
    [
      'a member change',
      ENTRY_KIND.member,
      encodeMessage(writeMemberChange, { action: MemberAction.kicked, users: [5, 6] }),
      { member: { action: 'kicked', users: [5, 6] } },
    ],
    [
      'a settings change',
      ENTRY_KIND.settings,
      encodeMessage(writeSettingsChange, { title: '', open: false }),
      { settings: { title: '', open: false } },
    ],
  ])('[JS3] spells out the body of %s, in both directions', (_what, kind, body, spelled) => {
    const push = downToJson({ case: 'push', value: { conversation: 1, kind, body } });
    expect(JSON.parse(push)).toEqual({ push: { conversation: 1, kind, ...spelled } });
    expect(downFromJson(push)).toMatchObject({ case: 'push', value: { kind, body } });

    const page = downToJson({
      case: 'response',
      value: { id: 1, answer: { case: 'history', value: { entries: [{ seq: 3, kind, body }] } } },
    });
    expect(JSON.parse(page)).toEqual({
      response: { id: 1, history: { entries: [{ seq: 3, kind, ...spelled }] } },
    });
    expect(downFromJson(page)).toMatchObject({
      value: { answer: { value: { entries: [{ seq: 3, kind, body }] } } },
    });
  });

  it('[JS3] takes the content of a send as an object or as base64', () => {
    const content = encodeMessage(writeContent, { of: { case: 'text', value: 'hi' }, replyTo: 4 });
    const json = upToJson({ case: 'send', value: { conversation: 1, counter: 2, content } });
    expect(json).toBe('{"send":{"conversation":1,"counter":2,"content":{"text":"hi","replyTo":4}}}');
    expect(upFromJson(json)).toMatchObject({ value: { content } });
    expect(upFromJson('{"send":{"content":"CgJoaYABBA=="}}')).toMatchObject({ value: { content } });
  });

  it('[JS3] leaves a body that is not what its kind says, or of an unknown kind, in base64', () => {
    const body = Uint8Array.of(0xff, 0xff);
    for (const kind of [ENTRY_KIND.message, 99]) {
      const json = downToJson({ case: 'push', value: { kind, body } });
      expect(JSON.parse(json)).toEqual({ push: { kind, body: '//8=' } });
      expect(downFromJson(json)).toMatchObject({ value: { kind, body } });
    }
  });

  it('[JS3] refuses two bodies in one entry', () => {
    expect(() => downFromJson('{"push":{"content":{"text":"a"},"reaction":{"key":"b"}}}')).toThrow(
      ProtocolError,
    );
  });

  it('[JS4] passes over unknown properties and gives nothing for unknown frames', () => {
    expect(upFromJson('{"probe":{"id":1,"later":{"x":[1]}},"also":1}')).toMatchObject({
      case: 'probe',
      value: { id: 1 },
    });
    expect(upFromJson('{"later":{"x":1}}')).toBeUndefined();
    expect(upFromJson('{"__proto__":{"probe":{}},"constructor":1}')).toBeUndefined();
  });

  it('[JS4] leaves out binary fields of a newer schema', () => {
    expect(downToJson({ case: 'pong', value: { id: 1, unknown: Uint8Array.of(0xf8, 0x07, 5) } })).toBe(
      '{"pong":{"id":1}}',
    );
  });

  it('tells a field that may be absent from one that is empty', () => {
    const json = '{"request":{"id":1,"changeSettings":{"conversation":2,"title":""}}}';
    const frame = upFromJson(json);
    expect(frame).toMatchObject({ value: { ask: { value: { title: '', open: undefined } } } });
    expect(frame && upToJson(frame)).toBe(json);
  });

  it('puts U+FFFD for half a surrogate pair on the way out and refuses it on the way in', () => {
    expect(upToJson({ case: 'send', value: { text: 'a\ud83d' } })).toBe('{"send":{"text":"a\uFFFD"}}');
    expect(() => upFromJson('{"send":{"text":"a\\ud83d"}}')).toThrow(ProtocolError);
  });

  it.each([
    '',
    '{',
    '[]',
    'null',
    '1',
    '{"send":[]}',
    '{"send":1}',
    '{"send":{"text":1}}',
    '{"hello":{"capabilities":"x"}}',
  ])('refuses %j', (text) => {
    expect(() => upFromJson(text)).toThrow(ProtocolError);
  });
});

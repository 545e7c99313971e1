import { addToDigest, conversationId, EMPTY_DIGEST, REFUSALS, seq } from '@skein/model';
import { describe, expect, it } from 'vitest';
import { CLOSE_CODE, closeAdvice } from './close-code.ts';
import { decodeDown, decodeUp, encodeDown, encodeUp } from './frame-codec.ts';
import { FrameSplitter } from './frame-splitter.ts';
import type { DownFrame, UpFrame } from './generated/skein.gen.ts';
import { Down, Up } from './generated/skein-json.gen.ts';
import { downFromJson, downToJson, upFromJson, upToJson } from './json/frame-json.ts';
import { fromHex, toHex } from './testing/hex.ts';
import { readVectors } from './testing/read-vectors.ts';
import { violationOf } from './testing/violation-of.ts';
import { laterTold, type Told, toldByPush } from './told.ts';
import { negotiateSubprotocol, negotiateVersion, SUBPROTOCOL } from './version.ts';

const FRAME_BYTES_MAX = 262_144;

type From = 'client' | 'server';

/** One side of the codec: frames that this side sends. */
interface Side {
  readonly decode: (bytes: Uint8Array) => UpFrame | DownFrame | undefined;
  readonly encode: (frame: UpFrame | DownFrame) => Uint8Array;
  readonly fromJson: (text: string) => UpFrame | DownFrame | undefined;
  readonly toJson: (frame: UpFrame | DownFrame) => string;
}

const SIDES: Readonly<Record<From, Side>> = {
  client: {
    decode: (bytes) => single(bytes, decodeUp),
    encode: (frame) => encodeUp(frame as UpFrame),
    fromJson: upFromJson,
    toJson: (frame) => upToJson(frame as UpFrame),
  },
  server: {
    decode: (bytes) => single(bytes, decodeDown),
    encode: (frame) => encodeDown(frame as DownFrame),
    fromJson: downFromJson,
    toJson: (frame) => downToJson(frame as DownFrame),
  },
};

interface FrameCase {
  readonly name: string;
  readonly from: From;
  readonly bytes: string;
  readonly json: object | null;
  /** How it is written again, where that differs or keeps what JSON can't say. */
  readonly again?: string;
}

describe('vectors/frames.json', () => {
  const cases = readVectors<FrameCase>('frames');

  it.each(cases)('[FR3, JS1] $name', ({ from, bytes, json }) => {
    const side = SIDES[from];
    const frame = side.decode(fromHex(bytes));
    expect(frame && JSON.parse(side.toJson(frame))).toEqual(json);
    expect(frame && toHex(side.encode(frame))).toBe(bytes);
    expect(side.fromJson(JSON.stringify(json))).toEqual(frame);
  });

  it('has every frame and every question and answer', () => {
    const seen = new Set(
      cases.flatMap(({ json }) =>
        Object.entries(json ?? {}).flatMap(([name, frame]) => [name, ...Object.keys(frame)]),
      ),
    );
    const request = [
      'createDirect',
      'createGroup',
      'changeMembers',
      'changeSettings',
      'history',
      'listMembers',
      'findUsers',
    ];
    const more = ['listDevices', 'revokeDevice', 'refreshSession', 'changePassword', 'createInvitation'];
    const presence = ['setPresence', 'findPresence', 'unwatchPresence', 'setWill'];
    const answers = [
      'failure',
      'done',
      'conversation',
      'history',
      'members',
      'users',
      'devices',
      'tokens',
      'invitation',
    ];
    const frames = [...Up.fields, ...Down.fields].map(({ name }) => name);
    const all = [...frames, ...request, ...more, ...presence, ...answers];
    expect(all.filter((name) => !seen.has(name))).toEqual([]);
  });
});

describe('vectors/lenient.json', () => {
  it.each(readVectors<FrameCase>('lenient'))('[FR4, FR6] $name', ({ from, bytes, json, again }) => {
    const side = SIDES[from];
    const frame = side.decode(fromHex(bytes));
    expect(frame === undefined ? null : JSON.parse(side.toJson(frame))).toEqual(json);
    expect(frame && toHex(side.encode(frame))).toBe(frame && (again ?? bytes));
  });
});

describe('vectors/invalid.json', () => {
  it.each(readVectors<{ name: string; from: From; bytes: string; violation: string }>('invalid'))(
    '[FR5] $name: $violation',
    ({ from, bytes, violation }) => {
      expect(violationOf(() => SIDES[from].decode(fromHex(bytes)))).toBe(violation);
    },
  );
});

describe('vectors/streams.json', () => {
  interface Stream {
    readonly name: string;
    readonly limit: number;
    readonly chunks: readonly string[];
    readonly frames: readonly string[];
    readonly violation?: string;
  }

  it.each(readVectors<Stream>('streams'))('[FR1, FR2, FR7] $name', ({ limit, chunks, frames, violation }) => {
    const seen: string[] = [];
    const splitter = new FrameSplitter(
      limit,
      (bytes, from, to) => seen.push(toHex(bytes.subarray(from, to))),
      () => seen.push(''),
    );
    const found = violationOf(() => {
      for (const chunk of chunks) splitter.push(fromHex(chunk));
    });
    expect(seen).toEqual(frames);
    expect(found).toBe(violation ?? null);
  });
});

describe('vectors/json.json', () => {
  interface JsonCase {
    readonly name: string;
    readonly from: From;
    readonly text: string;
    readonly means?: string | null;
    readonly violation?: string;
  }
  const cases = readVectors<JsonCase>('json');

  it.each(cases.filter(({ violation }) => violation === undefined))(
    '[JS2–JS4] $name',
    ({ from, text, means }) => {
      const side = SIDES[from];
      const frame = side.fromJson(text);
      expect(frame === undefined ? null : side.toJson(frame)).toBe(means);
    },
  );

  it.each(cases.filter(({ violation }) => violation !== undefined))(
    '[JS5] refuses $name',
    ({ from, text, violation }) => {
      expect(violationOf(() => SIDES[from].fromJson(text))).toBe(violation);
    },
  );
});

describe('vectors/pushes.json', () => {
  interface PushCase {
    readonly name: string;
    readonly told: Told;
    readonly frame: object;
    readonly entry?: Told;
    readonly after?: Told;
  }

  it.each(readVectors<PushCase>('pushes'))('[PU1–PU3] $name', ({ told, frame, entry, after = entry }) => {
    const decoded = downFromJson(JSON.stringify(frame));
    if (decoded?.case !== 'push' && decoded?.case !== 'ack' && decoded?.case !== 'head')
      throw new Error('not a frame that tells');
    const named = decoded.case === 'push' ? toldByPush(told, decoded.value) : decoded.value;
    expect(named).toMatchObject(entry ?? {});
    expect(laterTold(told, named)).toEqual(after);
  });
});

describe('vectors/digest.json', () => {
  interface DigestCase {
    readonly name: string;
    readonly memberships?: readonly (readonly [number, number, number])[];
    /** Instead of `memberships`: conversation i, head 3i, read 2i, for i from 1. */
    readonly count?: number;
    readonly high: string;
    readonly low: string;
  }

  it.each(readVectors<DigestCase>('digest'))('[DG1] $name', ({ memberships, count = 0, high, low }) => {
    const rows =
      memberships ?? Array.from({ length: count }, (_, at) => [at + 1, 3 * at + 3, 2 * at + 2] as const);
    const digest = rows.reduce(
      (sum, [id, head, read]) => addToDigest(sum, conversationId(id), seq(head), seq(read)),
      EMPTY_DIGEST,
    );
    expect([digest.high, digest.low].map((lane) => lane.toString(16).padStart(8, '0'))).toEqual([high, low]);
  });
});

describe('vectors/versions.json', () => {
  type Range = readonly [number, number];

  it.each(readVectors<{ name: string; client: Range; server: Range; speak: number | null }>('versions'))(
    '[VN1] $name',
    ({ client, server: [min, max], speak }) => {
      expect(negotiateVersion(...client, { min, max })).toBe(speak);
    },
  );
});

describe('vectors/subprotocols.json', () => {
  it.each(readVectors<{ name: string; offered: string[]; chosen: string | null }>('subprotocols'))(
    '[VN3] $name',
    ({ offered, chosen }) => {
      const encoding = negotiateSubprotocol(offered);
      expect(encoding && SUBPROTOCOL[encoding]).toBe(chosen);
    },
  );
});

describe('vectors/refusals.json', () => {
  it('has every refusal code, and whether it may pass by itself', () => {
    const codes = Object.entries(REFUSALS).map(([code, { retryable }]) => ({ code, retryable }));
    expect(readVectors('refusals')).toEqual(codes);
  });
});

describe('vectors/close-codes.json', () => {
  const cases = readVectors<{ code: number; reason?: string; client: string }>('close-codes');

  it.each(cases)('[CC1–CC4] $code: $client', ({ code, client }) => {
    expect(closeAdvice(code)).toBe(client);
  });

  it('[CC1–CC3] has every code that is given', () => {
    const named = cases
      .filter(({ reason }) => reason !== undefined)
      .map(({ reason, code }) => [reason, code]);
    expect(Object.fromEntries(named)).toEqual(CLOSE_CODE);
  });
});

/** Decodes bytes that hold one frame with its length, and nothing else. */
function single<Frame>(
  bytes: Uint8Array,
  decode: (bytes: Uint8Array, from: number, to: number) => Frame,
): Frame {
  const frames: Frame[] = [];
  const splitter = new FrameSplitter(
    FRAME_BYTES_MAX,
    (all, from, to) => frames.push(decode(all, from, to)),
    () => {},
  );
  splitter.push(bytes);
  if (frames.length !== 1 || !splitter.isBetweenFrames) throw new Error('not one frame');
  return frames[0] as Frame;
}

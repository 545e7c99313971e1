import { expect } from 'vitest';
import { scenario } from './gateway-scenario.ts';
import { isRefused, messagesOf, quiet, sendAll, textsOf, untilTexts } from './gateway-stage.ts';

const WORDS = [
  'plain',
  '你好 [大笑] 鸿雁',
  'مرحبا \u202Ertl\u202C',
  '👩‍👩‍👧‍👦 e\u0301 \u{1F3F3}\uFE0F\u200D\u{1F308}',
  '<script>alert("&amp;")</script> ]]> <!-- -->',
  '{"json":"\\u0000?"} \\ " \' `',
  'two\nlines\tand a tab',
  ' leading and trailing ',
  'a/b+c#d$e',
  `${'long '.repeat(800)}end`,
];

export const DIRECT_SCENARIOS = [
  scenario('[GC4] carries words of any kind unchanged', [], async (stage) => {
    const { ana, ben, anas, bens } = await stage.pair();
    for (const text of WORDS) expect((await anas.send({ direct: ben }, text)).outcome).toBe('done');
    await untilTexts(bens, { direct: ana }, WORDS);
    expect(textsOf(bens, { direct: ana })).toEqual(WORDS);
  }),

  scenario('[GC4] says who sent it', [], async (stage) => {
    const { ana, ben, anas, bens } = await stage.pair();
    await anas.send({ direct: ben }, 'from me');
    await untilTexts(bens, { direct: ana }, ['from me']);
    expect(messagesOf(bens, { direct: ana })[0]?.from).toBe(ana);
  }),

  scenario('[GC5] shows a hundred in the order in which they were sent', [], async (stage) => {
    const { ana, ben, anas, bens } = await stage.pair();
    const texts = Array.from({ length: 100 }, (_, at) => `message ${at}`);
    await sendAll(anas, { direct: ben }, texts);
    await untilTexts(bens, { direct: ana }, texts);
    expect(textsOf(bens, { direct: ana })).toEqual(texts);
  }),

  scenario('[GC5] shows both of two who talk at once the same order', ['own-echo'], async (stage) => {
    const { ana, ben, anas, bens } = await stage.pair();
    await anas.send({ direct: ben }, 'begin');
    const sends = Array.from({ length: 30 }, (_, at) => [
      anas.send({ direct: ben }, `ana ${at}`),
      bens.send({ direct: ana }, `ben ${at}`),
    ]);
    await Promise.all(sends.flat());
    await untilTexts(anas, { direct: ben }, Array(61).fill(''));
    await untilTexts(bens, { direct: ana }, Array(61).fill(''));
    expect(textsOf(bens, { direct: ana })).toEqual(textsOf(anas, { direct: ben }));
  }),

  scenario('[GC5] numbers what it shows without a gap', [], async (stage) => {
    const { ana, ben, anas, bens } = await stage.pair();
    for (let at = 0; at < 5; at++) await anas.send({ direct: ben }, String(at));
    await untilTexts(bens, { direct: ana }, Array(5).fill(''));
    const seqs = messagesOf(bens, { direct: ana }).map(({ seq }) => seq ?? 0);
    expect(seqs.map((seq) => seq - (seqs[0] ?? 0))).toEqual([0, 1, 2, 3, 4]);
  }),

  scenario('[GC6] stores a repeated send once', ['keys'], async (stage) => {
    const { ana, ben, anas, bens } = await stage.pair();
    const first = await anas.send({ direct: ben }, 'once', 'the-key');
    const again = await anas.send({ direct: ben }, 'once', 'the-key');
    expect(again).toEqual(first);
    await anas.send({ direct: ben }, 'after');
    await untilTexts(bens, { direct: ana }, ['once', 'after']);
    expect(textsOf(bens, { direct: ana })).toEqual(['once', 'after']);
  }),

  scenario('[GC6] stores a send once that is repeated from another connection', ['keys'], async (stage) => {
    const { ana, ben, anas, bens } = await stage.pair();
    await anas.send({ direct: ben }, 'once', 'the-key');
    anas.cut();
    const again = await stage.arrive(ana);
    expect((await again.send({ direct: ben }, 'once', 'the-key')).outcome).toBe('done');
    await again.send({ direct: ben }, 'after');
    await untilTexts(bens, { direct: ana }, ['once', 'after']);
    expect(textsOf(bens, { direct: ana })).toEqual(['once', 'after']);
  }),

  scenario('[GC6] refuses another message under a used key', ['keys'], async (stage) => {
    const { ben, anas } = await stage.pair();
    await anas.send({ direct: ben }, 'one', 'the-key');
    expect(isRefused(await anas.send({ direct: ben }, 'another', 'the-key'), 'conflict.duplicate')).toBe(
      true,
    );
  }),

  scenario('[GC7] refuses a message to nobody', [], async (stage) => {
    const { ben, anas } = await stage.pair();
    expect(isRefused(await anas.send({ direct: `${ben}-no-such` }, 'hello?'), 'user.not_found')).toBe(true);
  }),

  scenario('[GC7] refuses a message to oneself', [], async (stage) => {
    const { ana, anas } = await stage.pair();
    const result = await anas.send({ direct: ana }, 'dear diary');
    expect(isRefused(result, 'permission.self_conversation')).toBe(true);
  }),

  scenario('[GC7] refuses a message that is too long, and goes on', [], async (stage) => {
    const { ana, ben, anas, bens } = await stage.pair();
    const tooLong = await anas.send({ direct: ben }, 'x'.repeat(20_000));
    expect(isRefused(tooLong, 'message.too_large')).toBe(true);
    expect((await anas.send({ direct: ben }, 'shorter')).outcome).toBe('done');
    await untilTexts(bens, { direct: ana }, ['shorter']);
    await quiet();
    expect(textsOf(bens, { direct: ana })).toEqual(['shorter']);
  }),

  scenario('[GC8] shows a third person nothing', [], async (stage) => {
    const { ana, ben, anas, bens } = await stage.pair();
    const third = await stage.arrive(await stage.account('cai'));
    await anas.send({ direct: ben }, 'between us');
    await untilTexts(bens, { direct: ana }, ['between us']);
    await quiet();
    expect(third.seen).toEqual([]);
  }),

  scenario('[GC9] reads history, newest page first, each page oldest first', ['history'], async (stage) => {
    const { ben, anas } = await stage.pair();
    for (let at = 1; at <= 7; at++) await anas.send({ direct: ben }, `line ${at}`);
    const page = await anas.history({ direct: ben }, 3);
    expect(page.map(({ text }) => text)).toEqual(['line 5', 'line 6', 'line 7']);
  }),
];

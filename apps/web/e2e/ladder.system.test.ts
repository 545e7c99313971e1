import { Middlebox } from '@skein/client/testing/middlebox';
import { describeNeeding } from '@skein/needs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Person } from './testing/person.ts';
import { Stage } from './testing/stage.ts';

const WORDS_MS_MAX = 45_000;
const WEB_SOCKET = '/ws';
const AS_EVENTS = '/v1/tunnel/events';
const AS_POLLS = '/v1/tunnel/down';

describeNeeding('chromium', 'the page behind a proxy that does not let everything through', () => {
  let stage: Stage;
  let box: Middlebox;
  let viola: Person;
  let olivia: Person;
  beforeAll(async () => {
    stage = await Stage.open();
    box = await Middlebox.open(stage.url);
    [viola, olivia] = [await stage.person(), await stage.person()];
    await viola.page.goto(box.url);
    await viola.register('viola');
    await olivia.register('olivia');
  });
  afterAll(async () => {
    await box[Symbol.asyncDispose]();
    await stage[Symbol.asyncDispose]();
  });

  it('[LD1] talks by event stream where WebSockets are refused', async () => {
    await viola.begin('olivia');
    await viola.say('I left no ring with her');
    await olivia.open('viola');
    await answered('What means this lady?');
    expect(box.asked.get(WEB_SOCKET)).toBeGreaterThan(0);
    expect(box.asked.get(AS_EVENTS)).toBeGreaterThan(0);
  });

  it('[LD1] talks by long poll where answers are held back until they are whole', async () => {
    box.rules.holdsAnswersBack = true;
    await comesAgain();
    await answered('Fortune forbid my outside have not charmed her');
    expect(box.asked.get(AS_POLLS)).toBeGreaterThan(0);
  });

  it('[LD1] talks by WebSocket where everything gets through', async () => {
    Object.assign(box.rules, { holdsAnswersBack: false, upgrades: 'pass' });
    await comesAgain();
    await answered('She made good view of me');
    expect([box.asked.get(AS_EVENTS), box.asked.get(AS_POLLS)]).toEqual([undefined, undefined]);
    const said = (await olivia.texts()).filter((text) => !text.startsWith('You said'));
    expect(said).toEqual([
      'I left no ring with her',
      'What means this lady?',
      'Fortune forbid my outside have not charmed her',
      'She made good view of me',
    ]);
  });

  async function comesAgain(): Promise<void> {
    box.asked.clear();
    await viola.page.reload();
    await viola.open('olivia');
  }

  /** Said by the one behind the proxy, and answered by the one who is not. */
  async function answered(text: string): Promise<void> {
    await viola.say(text);
    await olivia.message(text).waitFor({ timeout: WORDS_MS_MAX });
    await olivia.say(`You said: ${text}`);
    await viola.message(`You said: ${text}`).waitFor({ timeout: WORDS_MS_MAX });
  }
});

import { configWith, startServer } from '@skein/server';
import { connect } from 'mqtt';
import { expect, it, onTestFinished } from 'vitest';
import { plugIn } from './lamp.ts';

it('does what it is told, says so, and is known to be gone when its line breaks', async () => {
  const settings = {
    'listen.port': 0,
    'data.store': 'memory',
    'log.level': 'silent',
    development: true,
  } as const;
  const server = await startServer(configWith(settings));
  onTestFinished(() => server.close());
  const url = `mqtt://127.0.0.1:${server.port ?? 0}`;
  const lamp = await plugIn(url, 'celia', 'kitchen');
  const panel = connect(url, { username: 'celia', clientId: 'panel' });
  onTestFinished(async () => {
    for (const client of [panel, lamp]) await client.endAsync(true);
  });
  const shown = new Map<string, string>();
  panel.on('message', (topic, payload) => shown.set(topic.slice('topics/rooms/'.length), payload.toString()));
  await panel.subscribeAsync('topics/rooms/+/+', { qos: 1 });
  // The panel came later than the lamp.
  await expect
    .poll(() => Object.fromEntries(shown))
    .toEqual({ 'kitchen/state': 'off', 'kitchen/there': 'yes' });
  await panel.publishAsync('topics/rooms/kitchen/set', 'on', { qos: 1 });
  await expect.poll(() => shown.get('kitchen/state')).toBe('on');
  lamp.options.reconnectPeriod = 0;
  lamp.stream.destroy();
  await expect.poll(() => shown.get('kitchen/there')).toBe('no');
});

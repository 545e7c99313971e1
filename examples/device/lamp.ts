import { connect, type MqttClient } from 'mqtt';

/**
 * A lamp as its maker would build it: it is told `on` and `off` with QoS 1, says with RETAIN what it is, and leaves a will, so
 * that whoever looks later knows whether it is there.
 *
 *   topics/rooms/<name>/set      →  `on`, `off`
 *   topics/rooms/<name>/state    ←  `on`, `off`
 *   topics/rooms/<name>/there    ←  `yes`, `no`
 */
export async function plugIn(url: string, owner: string, name: string): Promise<MqttClient> {
  const topic = `topics/rooms/${name}`;
  const lamp = connect(url, {
    username: owner,
    clientId: `lamp-${name}`,
    will: { topic: `${topic}/there`, payload: Buffer.from('no'), qos: 1, retain: true },
  });
  const say = (what: string, text: string): Promise<unknown> =>
    lamp.publishAsync(`${topic}/${what}`, text, { qos: 1, retain: true });
  lamp.on('message', (_topic, payload) => {
    const wish = payload.toString();
    // What is said back is what the lamp has done, not what it was asked.
    if (wish === 'on' || wish === 'off') void say('state', wish);
  });
  await lamp.subscribeAsync(`${topic}/set`, { qos: 1 });
  await say('state', 'off');
  await say('there', 'yes');
  return lamp;
}

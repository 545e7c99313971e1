import { CoreScene } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { openPort } from '../testing/test-port.ts';

const RELATION = 'urn:xmpp:alt-connections:websocket';

describe('host-meta', () => {
  it('[XM7] names the WebSocket of the port, in both forms and to every page', async () => {
    const { url } = await openPort((await CoreScene.open()).core);
    const href = `${url.replace('http', 'ws')}/xmpp-websocket`;
    const json = await fetch(`${url}/.well-known/host-meta.json`);
    expect(json.headers.get('content-type')).toBe('application/json');
    expect(json.headers.get('access-control-allow-origin')).toBe('*');
    expect(await json.json()).toEqual({ links: [{ rel: RELATION, href }] });
    const xrd = await fetch(`${url}/.well-known/host-meta`);
    expect(xrd.headers.get('content-type')).toBe('application/xrd+xml');
    expect(await xrd.text()).toContain(`<Link rel='${RELATION}' href='${href}'/>`);
  });

  it('[XM7] is read, and nothing else is there', async () => {
    const { url } = await openPort((await CoreScene.open()).core);
    expect((await fetch(`${url}/.well-known/host-meta`, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${url}/.well-known/passwords`)).status).toBe(404);
  });
});

/**
 * The number of items left, told by short polls, long polls, server-sent events and WebSocket: the same entries of the same
 * conversation, each with its own counters. `?conversation=N` says where.
 */
const conversation = Number(new URLSearchParams(location.search).get('conversation'));
const POLL_MS = 1_000;
const LONG_POLL_S = 25;

const me = `visitor-${crypto.randomUUID().slice(0, 8)}`;
const { tokens } = await call('Accounts/SignIn', { dev: me, deviceKind: 'web' });
await call('Members/Change', { conversation, action: 'joined' });
const { cursor: start } = await (await ask('/v1/poll')).json();

void poll(panel('Short poll'), () => pause(POLL_MS), 0);
void poll(panel('Long poll'), () => undefined, LONG_POLL_S);
void events(panel('Server-sent events'));
webSocket(panel('WebSocket'));

/** What one way has asked, got and shown. */
function panel(title) {
  const section = document.createElement('section');
  section.innerHTML = '<h2></h2><output>–</output><dl></dl>';
  section.dataset.way = title;
  section.querySelector('h2').textContent = title;
  document.querySelector('main').append(section);
  const counts = { asked: 0, bytes: 0, numbers: 0, latencyMs: 0 };
  const show = () => {
    const rows = {
      asked: counts.asked,
      bytes: counts.bytes,
      numbers: counts.numbers,
      'ms late': Math.round(counts.latencyMs),
    };
    section
      .querySelector('dl')
      .replaceChildren(
        ...Object.entries(rows).flatMap(([name, value]) => [element('dt', name), element('dd', value)]),
      );
  };
  return {
    asked: () => (counts.asked++, show()),
    got: (bytes) => ((counts.bytes += bytes), show()),
    /** An entry that says how many are left; how late it came is averaged, and needs both clocks to agree. */
    entry: ({ timeMs, content }) => {
      const left = content?.custom && JSON.parse(content.custom.json).left;
      if (left === undefined) return;
      counts.numbers++;
      counts.latencyMs += (Math.max(0, Date.now() - timeMs) - counts.latencyMs) / counts.numbers;
      section.querySelector('output').textContent = left;
      show();
    },
  };
}

async function poll(panel, rest, wait) {
  for (let cursor = start; ; await rest()) {
    try {
      panel.asked();
      const response = await ask(`/v1/poll?cursor=${cursor}&wait=${wait}`);
      const text = await response.text();
      panel.got(bytesOf(text));
      if (!response.ok) throw new Error(text);
      const changes = JSON.parse(text);
      cursor = changes.cursor;
      for (const state of changes.changed ?? []) {
        if (state.conversation === conversation) (state.entries ?? []).forEach(panel.entry);
      }
    } catch (error) {
      console.warn(error);
      await pause(POLL_MS);
    }
  }
}

/** A ticket opens one stream: when that breaks, the next one is asked for, and goes on after the last event. */
async function events(panel) {
  let cursor = start;
  for (;;) {
    try {
      panel.asked();
      const { ticket } = await call('Streams/CreateTicket', {});
      cursor = await stream(panel, `/v1/events?ticket=${ticket}&cursor=${cursor}`, cursor);
    } catch (error) {
      console.warn(error);
    }
    await pause(POLL_MS);
  }
}

/** Resolves with where to go on, once the stream has ended. */
function stream(panel, url, cursor) {
  const source = new EventSource(url);
  let last = cursor;
  for (const name of ['push', 'changes']) {
    source.addEventListener(name, ({ data, lastEventId }) => {
      panel.got(bytesOf(data));
      last = lastEventId || last;
      const told = JSON.parse(data);
      const entries = name === 'push' ? [told] : (told.changed ?? []).flatMap(({ entries = [] }) => entries);
      entries.forEach(panel.entry);
    });
  }
  return new Promise((resolve) => {
    source.addEventListener('error', () => {
      // By itself the browser would come back with the same ticket.
      source.close();
      resolve(last);
    });
  });
}

function webSocket(panel) {
  const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/ws`, ['skein.v1.json']);
  const [installation, accessToken] = tokens.accessToken.split('.');
  let pushes = 0;
  socket.addEventListener('open', () => {
    panel.asked();
    socket.send(
      JSON.stringify({ hello: { version: 1, versionMin: 1, installation, accessToken, sync: {} } }),
    );
  });
  socket.addEventListener('message', ({ data }) => {
    panel.got(bytesOf(data));
    const { push } = data === '' ? {} : JSON.parse(data);
    if (push === undefined) return;
    socket.send(JSON.stringify({ received: { pushes: ++pushes } }));
    panel.entry(push);
  });
  setInterval(() => socket.send(''), 25_000);
}

function ask(path, init = {}) {
  return fetch(path, {
    ...init,
    headers: { ...init.headers, Authorization: `Bearer ${tokens.accessToken}` },
  });
}

async function call(procedure, message) {
  const headers = { 'Content-Type': 'application/json' };
  if (procedure !== 'Accounts/SignIn') headers.Authorization = `Bearer ${tokens.accessToken}`;
  const body = JSON.stringify(message);
  const response = await fetch(`/rpc/skein.v1.${procedure}`, { method: 'POST', headers, body });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail);
  return answer;
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

/** Of what was said, without the headers around it. */
function bytesOf(text) {
  return new TextEncoder().encode(text).length;
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

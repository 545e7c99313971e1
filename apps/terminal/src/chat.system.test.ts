import { readFile } from 'node:fs/promises';
import { describeNeeding, pathOf } from '@skein/needs';
import { SkeinProcess, temporaryFolder } from '@skein/server/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChatProcess } from './test/chat-process.ts';

let stack = new AsyncDisposableStack();
let folder = '';
let server: SkeinProcess;
let port = 0;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  folder = stack.use(temporaryFolder()).path;
  await startServer(0);
});

afterEach(() => stack.disposeAsync());

describe('two people in line mode', () => {
  it('chat over TCP and WebSocket, through a kill -9 of the server and an absence', async () => {
    const alice = person('alice', 'tcp');
    await alice.sees('Connected');
    const bob = person('bob', 'ws');
    await bob.sees('Connected');
    bob.type('/open alice\n你好 alice\n');
    await bob.sees('"你好 alice" sent');
    await alice.sees('[@bob]');
    await alice.sees('bob: 你好 alice');
    alice.type('/open bob\nhello bob\n');
    await bob.sees('"你好 alice" read');
    await bob.sees('alice: hello bob');
    await alice.sees('"hello bob" read');

    server.kill('SIGKILL');
    await server.exited;
    await alice.sees('Offline');
    alice.type('written without a server\n');
    await alice.sees('"written without a server" waiting to be sent');
    alice.type('/outbox\n');
    await alice.sees('bob: written without a server (waiting to be sent)');
    // Not even this program ends well; what it wrote down is all that is left.
    await alice.kill();
    await startServer(port);
    await bob.sees('Connected');

    bob.type('while you were away\n');
    await bob.sees('"while you were away" sent');
    const again = person('alice', 'tcp');
    await bob.sees('alice: written without a server');
    await again.sees('@bob bob, 1 unread');
    again.type('/open bob\n');
    await again.sees('you: hello bob');
    await again.sees('bob: while you were away');
    await bob.sees('"while you were away" read');
    expect(bob.countOf('alice: written without a server')).toBe(1);

    bob.type('/quit\n');
    again.hangUp();
    expect(await Promise.all([bob.ended, again.ended])).toEqual([0, 0]);
  });

  it('sign in with a password once, and without one from then on', async () => {
    const args = argsOf('carol', 'tcp').filter((word) => word !== '--dev');
    const registered = ChatProcess.plain([...args, '--register'], { SKEIN_PASSWORD: 'correct horse' });
    await registered.sees('Connected');
    registered.hangUp();
    expect(await registered.ended).toBe(0);

    const stored = stack.use(ChatProcess.plain(args));
    await stored.sees('Connected');
    stored.type('/quit\n');
    expect(await stored.ended).toBe(0);
  });

  it('are told what is wrong', async () => {
    const stranger = ChatProcess.plain(
      argsOf('nobody', 'ws').filter((word) => word !== '--dev'),
      {
        SKEIN_PASSWORD: 'wrong password',
      },
    );
    expect(await stranger.ended).toBe(1);
    expect(stranger.output.trim()).not.toBe('');
    const misspelt = ChatProcess.plain(['--url', 'localhost']);
    expect(await misspelt.ended).toBe(2);
    expect(misspelt.output).toContain('is not the URL of a server');

    const dave = person('dave', 'tcp');
    await dave.sees('Connected');
    dave.type(
      'hello?\n/fly\n/open nobody-of-that-name\n/group\n/open 99\nhello?\n\u0000\u001B[2J\n/status\n',
    );
    await dave.sees('Open a conversation first');
    await dave.sees('There is no command /fly');
    await dave.sees('There is nobody called nobody-of-that-name');
    await dave.sees('Usage: /group TITLE NAME…');
    await dave.sees('"hello?"');
    await dave.sees('Connected');
    expect(dave.output).not.toContain('\u001B');
  });

  it('make a group that a third one joins in', async () => {
    const [alice, bob] = [person('alice', 'tcp'), person('bob', 'ws')];
    await alice.sees('Connected');
    await bob.sees('Connected');
    alice.type('/group 周末 bob\n去哪儿？\n');
    await bob.sees('[周末]');
    await bob.sees('alice: 去哪儿？');
    bob.type('/list\n');
    await bob.sees('周末, 1 unread');
    alice.type('/members\n');
    await alice.sees('bob (bob) member');
    bob.type('/open 1\n');
    alice.type('/title 周日\n');
    await bob.sees('alice renamed the group to "周日"');
    alice.type('/edit 去北边？\n');
    await bob.sees('alice: 去北边？ (edited)');
    alice.type('/recall\n');
    await bob.sees('alice recalled a message');
  });
});

describeNeeding('script', 'a person on a terminal', () => {
  it('sees the chat as a screen, and gets the terminal back as it was', async () => {
    const bob = person('bob', 'ws');
    await bob.sees('Connected');
    const alice = stack.use(ChatProcess.onTerminal(pathOf('script') ?? '', argsOf('alice', 'tcp')));
    await alice.sees('Connected');
    bob.type('/open alice\n看得到吗？\n');
    await alice.sees('看得到吗？');
    alice.type('\u000E');
    await bob.sees('"看得到吗？" read');
    alice.type('看到了\u001B[200~, two\nlines\u001B[201~\r');
    await bob.sees('alice: 看到了, two');
    await alice.sees('●');
    alice.type('\u0003');
    expect(await alice.ended).toBe(0);
    expectGivenBack(alice);
  });

  it.each(['SIGTERM', 'SIGHUP'])('gets it back also when the program is ended by %s', async (signal) => {
    const alice = stack.use(ChatProcess.onTerminal(pathOf('script') ?? '', argsOf('alice', 'tcp')));
    await alice.sees('Connected');
    alice.type(`/group ${signal}\r`);
    await alice.sees('Usage: /group');
    // Whoever holds the store is the program, below the shell that `script` runs.
    const pid = await readFile(`${folder}/alice/127.0.0.1_${port}/alice/lock`, 'utf8');
    process.kill(Number(pid), signal);
    expect(await alice.ended).toBe(0);
    expectGivenBack(alice);
  });
});

/** The shell's screen is shown again, pastes are not marked any more, and what is typed is echoed, line by line. */
function expectGivenBack({ output }: ChatProcess): void {
  const [, left = ''] = output.split('\u001B[?1049l');
  expect(output).toContain('\u001B[?2004l');
  expect(left).toMatch(/[^-]icanon/);
  expect(left).toMatch(/[^-]echo /);
}

function person(user: string, scheme: 'tcp' | 'ws'): ChatProcess {
  return stack.use(ChatProcess.plain(argsOf(user, scheme)));
}

function argsOf(user: string, scheme: 'tcp' | 'ws'): string[] {
  return ['--url', `${scheme}://127.0.0.1:${port}`, '--user', user, '--dev', '--data', `${folder}/${user}`];
}

async function startServer(at: number): Promise<void> {
  const args = ['start', '--development', '--port', String(at), '--data', 'data', '--log-level', 'warn'];
  server = stack.use(new SkeinProcess({ folder, args }));
  ({ port } = await server.ready());
}

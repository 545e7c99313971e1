import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AdminAnswer, AdminCommand } from './admin-command.ts';
import { AdminSocket, adminSocketPath } from './admin-socket.ts';
import { askServer } from './ask-server.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'skein-admin-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function answerNobody(command: AdminCommand): Promise<AdminAnswer> {
  if (command.type === 'user-list') throw new Error('broken');
  return { outcome: 'users', users: [] };
}

/** What comes back for these bytes, until the other side ends. */
async function say(path: string, bytes: string): Promise<string> {
  const socket = connect(path);
  socket.on('error', () => undefined);
  socket.end(bytes);
  return text(socket).catch(() => 'cut');
}

describe('the admin socket', () => {
  it('[OP6] answers each line, and what it does not understand with a refusal', async () => {
    const path = adminSocketPath(folder);
    await using _ = await AdminSocket.open(path, answerNobody);
    const lines = [
      '{"type":"invite-create"}',
      'not json',
      '{"type":"shutdown"}',
      '{"type":"user-add","id":1}',
      '[]',
    ];
    const answers = (await say(path, `${lines.join('\n')}\n`)).trimEnd().split('\n');
    expect(answers.map((answer) => JSON.parse(answer) as unknown)).toEqual([
      { outcome: 'users', users: [] },
      { outcome: 'refused', code: 'request.unknown' },
      { outcome: 'refused', code: 'request.unknown' },
      { outcome: 'refused', code: 'request.invalid' },
      { outcome: 'refused', code: 'request.unknown' },
    ]);
  });

  it('[OP6] keeps no endless line, and outlives a command that fails', async () => {
    const path = adminSocketPath(folder);
    await using _ = await AdminSocket.open(path, answerNobody);
    expect(await say(path, 'x'.repeat(1_000_000))).not.toContain('outcome');
    await expect(askServer(path, { type: 'user-list' })).rejects.toThrow('cannot be asked');
    expect(await askServer(path, { type: 'invite-create' })).toEqual({ outcome: 'users', users: [] });
  });

  it('takes the place of a file that a killed server left', async () => {
    const path = adminSocketPath(folder);
    expect(await askServer(path, { type: 'status' })).toBeNull();
    writeFileSync(path, '');
    await using _ = await AdminSocket.open(path, answerNobody);
    expect(await askServer(path, { type: 'invite-create' })).not.toBeNull();
  });
});

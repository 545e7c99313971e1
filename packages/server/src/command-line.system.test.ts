import { describe, expect, it } from 'vitest';
import { runSkein, temporaryFolder } from './testing/server-process.ts';

describe('the skein command', () => {
  it('[OP11] refuses an unknown command or flag with code 2 and a suggestion', async () => {
    using folder = temporaryFolder();
    const command = await runSkein({ folder: folder.path, args: ['usr', 'add'] });
    expect([command.code, command.stderr]).toEqual([
      2,
      'skein: there is no command "usr"; did you mean user?\n',
    ]);
    const flag = await runSkein({ folder: folder.path, args: ['--prot', '1'] });
    expect(flag.code).toBe(2);
    expect(flag.stderr).toContain('--port');
    const set = await runSkein({ folder: folder.path, args: ['--set', 'limits.body_bytes=1'] });
    expect(set.code).toBe(2);
    expect(set.stderr).toContain('limits.body_bytes_max');
  });

  it('[CF4] takes the file of a setting from the command line too', async () => {
    using folder = temporaryFolder();
    const set = (key: string) =>
      runSkein({ folder: folder.path, args: ['config', 'show', '--set', `${key}=nowhere.pem`] });
    expect((await set('listen.tls.cert_file')).stderr).toContain('ENOENT');
    expect((await set('listen.port_file')).stderr).toContain('There is no setting "listen.port_file"');
  });

  it('tells its version and its commands', async () => {
    using folder = temporaryFolder();
    const version = await runSkein({ folder: folder.path, args: ['--version'] });
    expect(version).toMatchObject({ code: 0, stderr: '' });
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const help = await runSkein({ folder: folder.path, args: ['--help'] });
    for (const name of ['start', 'user', 'invite', 'config', 'doctor'])
      expect(help.stdout).toContain(`  ${name}`);
  });

  it('[CF8] explains, shows and writes out settings', async () => {
    using folder = temporaryFolder();
    const skein = (...args: string[]) => runSkein({ folder: folder.path, args });
    expect((await skein('config', 'explain', 'listen.port')).stdout).toContain('SKEIN__LISTEN__PORT');
    expect((await skein('config', 'explain', 'listen.prot')).code).toBe(3);
    const shown = await skein(
      'config',
      'show',
      '--origin',
      '--port',
      '0',
      '--set',
      'limits.recall_window_ms=5m',
    );
    expect(shown.stdout).toMatch(/^listen\.port = 0 +# flag: --port$/m);
    expect(shown.stdout).toMatch(/^limits\.recall_window_ms = "5m" +# flag: /m);
    expect((await skein('config', 'defaults')).stdout).toContain('[limits]');
  });

  it('examines the machine', async () => {
    using folder = temporaryFolder();
    const { code, stdout } = await runSkein({
      folder: folder.path,
      args: ['doctor', '--json', '--port', '0'],
    });
    const findings = JSON.parse(stdout) as { check: string; verdict: string; found: string }[];
    expect(code).toBe(0);
    expect(findings.map(({ check }) => check)).toEqual([
      'runtime',
      'open files',
      'memory',
      'data folder',
      'fsync',
      'port',
    ]);
    console.log(`fsync here: ${findings.find(({ check }) => check === 'fsync')?.found}`);
  });
});

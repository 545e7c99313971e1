import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LIMITS } from '@skein/model';
import { selfSignedCertificate } from '@skein/testkit';
import { parse } from 'smol-toml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { effectiveRegistration } from './check-config.ts';
import { configWith } from './config.ts';
import { ConfigError } from './config-error.ts';
import { explainSetting, renderDefaults, showConfig } from './describe-config.ts';
import { type LoadedConfig, loadConfig } from './load-config.ts';
import { ALL_SETTINGS, environmentName, flagName } from './settings.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'skein-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function load(from: {
  toml?: string;
  env?: Record<string, string>;
  flags?: Record<string, string>;
}): LoadedConfig {
  const file = join(folder, 'skein.toml');
  writeFileSync(file, from.toml ?? '');
  return loadConfig({ file, environment: from.env ?? {}, flags: new Map(Object.entries(from.flags ?? {})) });
}

function problemsOf(from: Parameters<typeof load>[0]): string[] {
  try {
    load(from);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ where, message }) => `${where.replace(`${folder}/`, '')}: ${message}`);
  }
  return [];
}

describe('the configuration', () => {
  it('[CF1] needs no key at all', () => {
    expect(load({}).config).toEqual(configWith());
    expect(configWith()['listen.port']).toBe(6969);
    expect(configWith().limits).toEqual(LIMITS);
  });

  it('[CF1] takes flags over the environment over the file over defaults', () => {
    const toml = '[listen]\nport = 1\n[server]\nname = "file"\n[log]\nlevel = "warn"';
    const env = { SKEIN__LISTEN__PORT: '2', SKEIN__SERVER__NAME: 'env' };
    const { config, origins } = load({ toml, env, flags: { 'listen.port': '3' } });
    expect([config['listen.port'], config['server.name'], config['log.level']]).toEqual([3, 'env', 'warn']);
    expect(['listen.port', 'server.name', 'log.level'].map((key) => origins.get(key)?.layer)).toEqual([
      'flag',
      'environment',
      'file',
    ]);
  });

  it('[CF2] refuses an unknown key with its place and what was probably meant', () => {
    expect(problemsOf({ toml: '\n[listen]\n  prot = 1' })).toEqual([
      'skein.toml:3:3: there is no setting "listen.prot"; did you mean listen.port?',
    ]);
    expect(problemsOf({ toml: 'port = 1' })).toEqual([
      'skein.toml:1:1: there is no setting "port"; did you mean listen.port?',
    ]);
    expect(problemsOf({ env: { SKEIN__LOG__LEVELS: 'info' } })).toEqual([
      'SKEIN__LOG__LEVELS: there is no setting SKEIN__LOG__LEVELS; did you mean SKEIN__LOG__LEVEL?',
    ]);
  });

  it('[CF2] refuses a value of the wrong kind, and names every problem at once', () => {
    const toml =
      '[listen]\nport = "many"\n[data]\nstore = "sqlight"\n[limits]\nrecall_window_ms = "2 fortnights"';
    expect(problemsOf({ toml, env: { SKEIN__DEVELOPMENT: 'yes' } })).toEqual([
      'skein.toml:2:1: listen.port must be a port from 0 to 65535, not "many"',
      'skein.toml:4:1: data.store must be one of "sqlite", "memory", not "sqlight"',
      'skein.toml:6:1: limits.recall_window_ms must be a duration such as "30s", "500ms", "5m" or "1h", not "2 fortnights"',
      'SKEIN__DEVELOPMENT: development must be true or false, not "yes"',
    ]);
  });

  it('[CF2] points at a syntax error', () => {
    expect(problemsOf({ toml: '[listen]\nport = ' })[0]).toMatch(/^skein\.toml:2:\d+: /);
  });

  it('[CF2] is not fooled by names that every object has', () => {
    expect(problemsOf({ toml: 'constructor = 1\n__proto__ = 2' })).toHaveLength(2);
    expect(problemsOf({ toml: '[limits]\nrecall_window_ms = "1constructor"' })).toHaveLength(1);
  });

  it.each([
    ['30s', 30_000],
    ['500ms', 500],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    ['1500', 1_500],
  ])('[CF3] reads the duration %s', (text, expected) => {
    const { config } = load({ env: { SKEIN__LIMITS__RECALL_WINDOW_MS: text } });
    expect(config.limits.recallWindowMs).toBe(expected);
  });

  it.each([
    ['64MiB', 67_108_864],
    ['10kB', 10_000],
    ['100 B', 100],
  ])('[CF3] reads the size %s', (text, expected) => {
    expect(load({ toml: `[limits]\nbody_bytes_max = "${text}"` }).config.limits.bodyBytesMax).toBe(expected);
  });

  it('[CF3] overrides every limit of the model, mapped by name', () => {
    for (const name of Object.keys(LIMITS) as (keyof typeof LIMITS)[]) {
      const key = `limits.${name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
      expect(load({ flags: { [key]: '7' } }).config.limits).toEqual({ ...LIMITS, [name]: 7 });
    }
  });

  it('[CF1] reads lists from a variable, as JSON or with commas', () => {
    const hosts = (text: string) => load({ env: { SKEIN__LISTEN__HOST: text } }).config['listen.host'];
    expect(hosts('["127.0.0.1"]')).toEqual(['127.0.0.1']);
    expect(hosts('127.0.0.1, ::1')).toEqual(['127.0.0.1', '::1']);
  });

  it('[CF4] takes a secret from a file, but not twice', () => {
    const { cert, key } = selfSignedCertificate();
    const keyFile = join(folder, 'key.pem');
    writeFileSync(keyFile, key);
    const toml = `[listen.tls]\ncert = '''${cert}'''\nkey_file = "${keyFile}"`;
    const loaded = load({ toml });
    expect(loaded.config['listen.tls.key']).toBe(key.trimEnd());
    expect(showConfig(loaded, true)).not.toContain(key.slice(30, 60));
    expect(problemsOf({ toml: `${toml}\nkey = "x"` })).toHaveLength(1);
    expect(problemsOf({ toml: '[listen.tls]\ncert = "only"' })).toEqual([
      'listen.tls: cert and key go together; only one of them is set',
    ]);
    const other = selfSignedCertificate().key;
    expect(problemsOf({ toml: `[listen.tls]\ncert = '''${cert}'''\nkey = '''${other}'''` })).toHaveLength(1);
  });
});

describe('ports of one protocol', () => {
  it('[CF9] are off until set, and need a certificate where they speak TLS', () => {
    expect(configWith()['listen.mqtt']).toBe(null);
    expect(load({ toml: '[listen]\nmqtt = 1883\nhttps = ""' }).config).toMatchObject({
      'listen.mqtt': 1883,
      'listen.https': null,
    });
    expect(problemsOf({ toml: '[listen]\nmqtts = 8883\nxmpp = 5222' })).toEqual([
      'listen.mqtts: needs a certificate: listen.tls.cert_file and listen.tls.key_file',
    ]);
  });

  it('[CF2] names proxies that are none', () => {
    expect(problemsOf({ toml: '[listen]\nproxies = ["10.0.0.0/8", "unix", "lb.example"]' })).toEqual([
      'listen.proxies: "lb.example" is no address, network or "unix"',
    ]);
  });
});

describe('what is dangerous together', () => {
  it('[CF5] refuses development sign-in where other machines can connect, unless forced', () => {
    expect(problemsOf({ flags: { development: 'true', 'listen.host': '0.0.0.0' } })[0]).toMatch(
      /^development: /,
    );
    expect(problemsOf({ flags: { development: 'true', 'listen.host': 'localhost,127.0.0.2' } })).toEqual([]);
    const forced = { development: 'true', 'listen.host': '::', development_exposed: 'true' };
    expect(problemsOf({ flags: forced })).toEqual([]);
  });

  it('[CF6] refuses the echo path in production and outside development', () => {
    const flags = { 'testing.echo': 'true' };
    expect(problemsOf({ flags })).toEqual(['testing.echo: needs development = true']);
    const production = { NODE_ENV: 'production' };
    expect(problemsOf({ flags: { ...flags, development: 'true' }, env: production })).toHaveLength(1);
    expect(problemsOf({ flags: { ...flags, development: 'true' } })).toEqual([]);
  });

  it('[CF7] opens registration only where nobody else can connect', () => {
    expect(effectiveRegistration(configWith())).toBe('open');
    expect(effectiveRegistration(configWith({ 'listen.host': ['127.0.0.1', '192.168.1.2'] }))).toBe(
      'invitation',
    );
    const closed = configWith({ 'accounts.registration': 'closed' });
    expect(effectiveRegistration(closed)).toBe('closed');
  });

  it('[ID4] closes registration where another system says who is who, until told otherwise', () => {
    const key = 'k'.repeat(32);
    const { config } = load({ env: { SKEIN__ACCOUNTS__EXTERNAL_KEY: key } });
    expect(effectiveRegistration(config)).toBe('closed');
    expect(effectiveRegistration({ ...config, 'accounts.registration': 'open' })).toBe('open');
  });

  it('[ID4] refuses a key that could be guessed, and does not tell it', () => {
    const short = 'k'.repeat(31);
    const problems = problemsOf({ env: { SKEIN__ACCOUNTS__EXTERNAL_KEY: short } }).join();
    expect(problems).toContain('accounts.external_key');
    expect(problems).not.toContain(short);
  });
});

describe('what the table generates', () => {
  it('[CF8] renders a file that means exactly the defaults', () => {
    const uncommented = renderDefaults('en').replaceAll(/^# (\w+ = )/gm, '$1');
    expect(Object.keys(parse(uncommented)).length).toBeGreaterThan(5);
    expect(load({ toml: uncommented }).config).toEqual(configWith());
    expect(load({ toml: renderDefaults('zh') }).config).toEqual(configWith());
  });

  it('[CF8] explains every setting in both languages, and no other', () => {
    for (const key of ALL_SETTINGS.keys()) {
      expect(explainSetting(key, 'en')).toContain(environmentName(key));
      expect(explainSetting(key, 'zh')).toMatch(/\p{Script=Han}/u);
    }
    expect(explainSetting('nothing.here', 'en')).toBeNull();
  });

  it('[CF8] gives no two settings the same flag or variable', () => {
    const keys = [...ALL_SETTINGS.keys()];
    expect(new Set(keys.map(flagName)).size).toBe(keys.length);
    expect(new Set(keys.map(environmentName)).size).toBe(keys.length);
  });

  it('[CF1] shows which layer set a value', () => {
    const shown = showConfig(load({ env: { SKEIN__LISTEN__PORT: '0' } }), true);
    expect(shown).toMatch(/^listen\.port = 0 +# environment: SKEIN__LISTEN__PORT$/m);
    expect(shown).toMatch(/^server\.name = "Skein" +# default$/m);
    expect(shown).toContain('limits.recall_window_ms = "2m"');
  });
});

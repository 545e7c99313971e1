import { describe, expect, it } from 'vitest';
import { createLogger, type LogLevel } from './logger.ts';

function linesOf(level: LogLevel, write: (logger: ReturnType<typeof createLogger>) => void): string[] {
  const lines: string[] = [];
  write(createLogger(level, { write: (line: string) => void lines.push(line) }));
  return lines;
}

describe('the log', () => {
  it('[OP8] keeps one line per call, whatever a peer put into a field', () => {
    const [line = '', ...others] = linesOf('info', (logger) =>
      logger.info({ address: '1.2.3.4\r\n{"level":"error","msg":"forged"}\u001b[2J' }, 'connected'),
    );
    expect(others).toEqual([]);
    for (const control of ['\r', '\n', '\u001b']) expect(line.trimEnd()).not.toContain(control);
    expect(JSON.parse(line)).toMatchObject({ level: 'info', msg: 'connected' });
  });

  it('[OP8] tells neither passwords nor tokens nor what people wrote', () => {
    const fields = { password: 'hunter22', frame: { text: '你好', body: 'bytes', token: 'tok' } };
    const [line = ''] = linesOf('info', (logger) => logger.info(fields, 'a mistake'));
    for (const secret of ['hunter22', '你好', 'bytes', 'tok"']) expect(line).not.toContain(secret);
  });

  it('is as quiet as it was told to be', () => {
    expect(linesOf('warn', (logger) => logger.info({}, 'x'))).toEqual([]);
    expect(linesOf('silent', (logger) => logger.error({}, 'x'))).toEqual([]);
  });
});

import { scaled } from '../harness/intensity.ts';
import { LoadProcess } from '../harness/load-process.ts';
import type { BenchContext, Measurement, Scenario, ScenarioResult } from '../harness/measurement.ts';
import { SkeinProcess } from '../harness/skein-process.ts';
import type { WireReport } from '../load/wire-load.ts';

const USERS_BEFORE = 1_000;
const CONVERSATIONS_BEFORE = 1_000;

/** Bytes on a TCP connection of what is sent most often. */
export const wire: Scenario = {
  name: 'wire',
  title: 'Bytes on the wire',
  doesNotShow:
    'headers of TCP and IP, 40 bytes or more per segment, which weigh more than the frames. Numbers of users and ' +
    'conversations are variable-length: both a fresh server and one with a thousand of each are measured.',

  async run(context: BenchContext): Promise<ScenarioResult> {
    const users = scaled(context.intensity, USERS_BEFORE, 10);
    const conversations = scaled(context.intensity, CONVERSATIONS_BEFORE, 10);
    const fresh = await measure(context, { usersBefore: 0, conversationsBefore: 0 });
    const grown = await measure(context, { usersBefore: users, conversationsBefore: conversations });
    return {
      measurements: [
        ...describe('fresh server', fresh),
        ...describe(`${users} users and conversations earlier`, grown),
        { what: 'heartbeat up', unit: 'bytes', values: [fresh.heartbeatUpBytes], target: { atMost: 1 } },
        { what: 'heartbeat down', unit: 'bytes', values: [fresh.heartbeatDownBytes], target: { atMost: 1 } },
      ],
      setup:
        'Texts of two Chinese characters (6 bytes), 0.4 s apart, counted on the socket; the largest after the first.',
    };
  },
};

async function measure(
  context: BenchContext,
  before: { usersBefore: number; conversationsBefore: number },
): Promise<WireReport> {
  const server = await SkeinProcess.start(context, { name: 'wire', store: 'memory' });
  const load = await LoadProcess.start();
  try {
    const report = await load.call('measureWire', { port: server.port, ...before });
    context.progress(`group push ${report.groupPushBytes} bytes, of which text ${report.textBytes}`);
    return report;
  } finally {
    await load.stop();
    await server.stop();
  }
}

function describe(label: string, report: WireReport): Measurement[] {
  const beside = (bytes: number) => [bytes - report.textBytes];
  return [
    {
      what: `${label}: live group message, beside the text`,
      unit: 'bytes',
      values: beside(report.groupPushBytes),
      target: { atMost: 12 },
    },
    {
      what: `${label}: live direct message, beside the text`,
      unit: 'bytes',
      values: beside(report.directPushBytes),
      target: { atMost: 12 },
    },
    { what: `${label}: send, beside the text`, unit: 'bytes', values: beside(report.sendBytes) },
    { what: `${label}: ack`, unit: 'bytes', values: [report.ackBytes] },
  ];
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENTRY_KIND } from '@skein/model';
import { describe, expect, it } from 'vitest';
import { checkHistory } from './check-history.ts';
import { type Fact, idOfRecall, idOfServerEntry } from './facts.ts';
import { History } from './history.ts';
import type { Fault } from './violation.ts';

const CONVERSATION = 7;
const DEVICES = ['alice', 'bob', 'carol'] as const;

type Device = (typeof DEVICES)[number];

describe('the history checker', () => {
  it('[CH1] finds nothing wrong with a history in which nothing is', () => {
    const { violations, counts } = checkHistory(goodHistory());
    expect(violations).toEqual([]);
    expect(counts).toMatchObject({ device: 3, sent: 4, acked: 4, seen: 15, complete: 3 });
  });

  it.each<[string, Fault, (facts: Fact[]) => Fact[]]>([
    [
      'an acknowledged entry that is gone after a restart',
      'acked but never seen',
      (facts) => facts.filter((fact) => !(isSeenAt(fact, 5) && fact.device !== 'alice')).map(endingAt(4)),
    ],
    [
      'an acknowledged entry that only its sender shows',
      'acked but never seen',
      (facts) => facts.filter((fact) => !(isSeenAt(fact, 3) && fact.device !== 'alice')),
    ],
    [
      'an entry that nobody sent',
      'seen but never sent',
      (facts) => facts.map((fact) => (isSeenAt(fact, 2) ? { ...fact, id: 'a ghost' } : fact)),
    ],
    ['an ack that was never earned', 'seen but never sent', (facts) => [...facts, acked('bob', 9, 5)]],
    [
      'an entry shown twice',
      'seen twice',
      (facts) => [...facts, facts.find((fact) => isSeenAt(fact, 4)) as Fact],
    ],
    [
      'a retry that was stored again',
      'one id at two seqs',
      (facts) => [...facts, ...DEVICES.map((device) => seen(device, 6, 'alice/1'))],
    ],
    [
      'two servers that gave out the same seq',
      'two ids at one seq',
      (facts) => [...facts, { ...seen('carol', 2, 'alice/2'), fact: 'repeated' }],
    ],
    [
      'entries shown in another order',
      'seen out of order',
      (facts) => swapped(facts, seenBy('bob', 3), seenBy('bob', 4)),
    ],
    [
      'an entry that one device never got',
      'gap after quiet',
      (facts) => facts.filter((fact) => !(isSeenAt(fact, 3) && fact.device === 'carol')),
    ],
    ['two sends of one device in the wrong order', 'own entries out of send order', withSwappedSends],
    [
      'a read marker beyond the log',
      'read past the end',
      (facts) => [...facts, { fact: 'read', device: 'bob', conversation: CONVERSATION, user: 1, seq: 6 }],
    ],
    [
      'a read marker that forgot',
      'read marker went back',
      (facts) => [...facts, { fact: 'read', device: 'bob', conversation: CONVERSATION, user: 3, seq: 2 }],
    ],
    [
      'a recalled text that comes back',
      'seen after its recall',
      (facts) => swapped(facts, seenBy('carol', 5), seenBy('carol', 2)),
    ],
    [
      'an entry shown to somebody who left before it',
      'seen outside of membership',
      (facts) =>
        insertedBefore(facts, seenBy('carol', 4), {
          fact: 'left',
          device: 'carol',
          conversation: CONVERSATION,
          head: 3,
        }),
    ],
    [
      'an entry in a view that ended before it',
      'seen outside of membership',
      (facts) => [...facts, { fact: 'left', device: 'carol', conversation: CONVERSATION, head: 3 }],
    ],
    [
      'a refused entry in the log',
      'refused but seen',
      (facts) => [
        ...facts,
        { fact: 'refused', device: 'bob', conversation: CONVERSATION, counter: 1, code: 'message.invalid' },
      ],
    ],
    [
      'a screen that shows a text nobody put there',
      'not the latest edit',
      (facts) => [...facts, { ...seen('bob', 6, 'alice/1'), fact: 'edited' }],
    ],
    ['a retry acknowledged at another seq', 'acked at two seqs', (facts) => [...facts, acked('alice', 1, 4)]],
    [
      'an ack that names another seq than the log',
      'acked elsewhere than seen',
      (facts) => facts.map((fact) => (fact.fact === 'acked' && fact.seq === 4 ? { ...fact, seq: 3 } : fact)),
    ],
    ['a send without an answer', 'never answered', (facts) => [...facts, sent('bob', 2, 'bob/2')]],
    [
      'a device that stopped early',
      'not converged',
      (facts) =>
        facts.map((fact) =>
          fact.fact === 'complete' && fact.device === 'bob' ? { ...fact, head: 4 } : fact,
        ),
    ],
    [
      'a device that holds something else than the server thinks',
      'digests differ',
      (facts) => [...facts, { fact: 'digest', device: 'bob', own: '1:2:3', told: '1:2:4' }],
    ],
    [
      'an entry that the server forgot to count',
      'sums differ',
      (facts) => [...facts, { fact: 'account', what: 'stored', expected: 5, counted: 4 }],
    ],
    [
      'a client that was signed out by a crash',
      'trouble',
      (facts) => [...facts, { fact: 'trouble', device: 'bob', what: 'closed with 4201' }],
    ],
    [
      'a connection that was cut by a server that ended in order',
      'cut without a word',
      (facts) => [...facts, { fact: 'stopping', cycle: 0 }, { fact: 'ended', device: 'bob', code: 0 }],
    ],
    [
      'a server that was asked to end, and crashed',
      'trouble',
      (facts) => [...facts, { fact: 'stopping', cycle: 0 }, { fact: 'stopped', code: 1 }],
    ],
    [
      'a body erased without a recall',
      'seen but never sent',
      (facts) => facts.map((fact) => (isSeenAt(fact, 3) ? { ...fact, id: '' } : fact)),
    ],
  ])('[CH2] notices %s', (_, fault, plant) => {
    const { violations } = checkHistory(plant(goodHistory()));
    expect(violations.map((violation) => violation.fault)).toContain(fault);
  });

  it('[CH3] judges a history that was written down as it judged it the first time', () => {
    const folder = mkdtempSync(join(tmpdir(), 'skein-history-'));
    try {
      const history = new History();
      for (const fact of [...goodHistory(), acked('alice', 1, 4)]) history.add(fact);
      history.write(join(folder, 'history.jsonl'));
      const again = History.read(join(folder, 'history.jsonl'));
      expect(checkHistory(again.facts)).toEqual(checkHistory(history.facts));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** Three people; alice says two things and takes the first back, bob says one. Everybody shows all of it. */
function goodHistory(): Fact[] {
  const sends: readonly [Device, number, string][] = [
    ['alice', 1, 'alice/1'],
    ['alice', 2, 'alice/2'],
    ['bob', 1, 'bob/1'],
  ];
  return [
    ...DEVICES.map((device): Fact => ({ fact: 'device', device, user: device })),
    ...DEVICES.map(
      (device): Fact => ({ ...seen(device, 1, idOfServerEntry(ENTRY_KIND.member)), kind: ENTRY_KIND.member }),
    ),
    ...sends.flatMap(([device, counter, id], index): Fact[] => [
      sent(device, counter, id),
      acked(device, counter, index + 2),
      ...DEVICES.map((other) => seen(other, index + 2, id)),
    ]),
    { ...sent('alice', 3, idOfRecall(CONVERSATION, 2)), kind: ENTRY_KIND.recall, target: 2 },
    acked('alice', 3, 5),
    ...DEVICES.map(
      (device): Fact => ({
        ...seen(device, 5, idOfRecall(CONVERSATION, 2)),
        kind: ENTRY_KIND.recall,
        target: 2,
      }),
    ),
    { fact: 'read', device: 'bob', conversation: CONVERSATION, user: 3, seq: 5 },
    { fact: 'digest', device: 'bob', own: '1:2:3', told: '1:2:3' },
    { fact: 'account', what: 'stored', expected: 5, counted: 5 },
    ...DEVICES.map(
      (device): Fact => ({ fact: 'complete', device, conversation: CONVERSATION, head: 5, scope: 'entries' }),
    ),
  ];
}

function sent(device: Device, counter: number, id: string) {
  return {
    fact: 'sent',
    device,
    conversation: CONVERSATION,
    counter,
    id,
    kind: ENTRY_KIND.message,
    target: 0,
  } as const;
}

function acked(device: Device, counter: number, seq: number) {
  return { fact: 'acked', device, conversation: CONVERSATION, counter, seq } as const;
}

function seen(device: Device, seq: number, id: string) {
  return {
    fact: 'seen',
    device,
    conversation: CONVERSATION,
    seq,
    id,
    kind: ENTRY_KIND.message,
    target: 0,
  } as const;
}

function isSeenAt(fact: Fact, seq: number): fact is Extract<Fact, { fact: 'seen' }> {
  return fact.fact === 'seen' && fact.seq === seq;
}

function seenBy(device: Device, seq: number): (fact: Fact) => boolean {
  return (fact) => isSeenAt(fact, seq) && fact.device === device;
}

function endingAt(head: number): (fact: Fact) => Fact {
  return (fact) => (fact.fact === 'complete' ? { ...fact, head } : fact);
}

function swapped(
  facts: readonly Fact[],
  one: (fact: Fact) => boolean,
  other: (fact: Fact) => boolean,
): Fact[] {
  const result = [...facts];
  const [a, b] = [facts.findIndex(one), facts.findIndex(other)];
  [result[a], result[b]] = [facts[b] as Fact, facts[a] as Fact];
  return result;
}

function insertedBefore(facts: readonly Fact[], where: (fact: Fact) => boolean, fact: Fact): Fact[] {
  return facts.toSpliced(facts.findIndex(where), 0, fact);
}

/** Everybody agrees on a log in which alice's second text stands before her first. */
function withSwappedSends(facts: readonly Fact[]): Fact[] {
  const moved: Readonly<Record<number, number>> = { 2: 3, 3: 2 };
  const isMoved = (fact: Fact) => (fact.fact === 'seen' || fact.fact === 'acked') && fact.seq in moved;
  return facts
    .filter((fact) => !(fact.fact === 'seen' && fact.seq > 3))
    .map((fact) => (isMoved(fact) ? ({ ...fact, seq: moved[(fact as { seq: number }).seq] } as Fact) : fact));
}

import {
  type CommitBatch,
  LOG_RULES,
  type LogRules,
  type MemberRow,
  type Replacements,
  type Store,
  type StoredState,
} from '@skein/core';
import { seq } from '@skein/model';
import type { HistoryPageInit } from '@skein/protocol';
import type { PlantedBug } from './planted-bug.ts';

function withRules(name: string, rules: Partial<LogRules>): PlantedBug {
  return { name, server: { instead: { rules: { ...LOG_RULES, ...rules } } } };
}

function withEvents(name: string, events: NonNullable<Replacements['events']>): PlantedBug {
  return { name, server: { instead: { events } } };
}

/** A store that differs from another in some calls. */
function storeWith(inner: Store, changed: Partial<Store>): Store {
  const { epoch, durability } = inner;
  return {
    epoch,
    durability,
    load: () => inner.load(),
    commit: (batch: CommitBatch) => inner.commit(batch),
    readEntries: (range) => inner.readEntries(range),
    readAmendments: (range) => inner.readAmendments(range),
    countOwn: (conversation, user, afterSeq, toSeq) => inner.countOwn(conversation, user, afterSeq, toSeq),
    findSentKey: (conversation, user, key) => inner.findSentKey(conversation, user, key),
    loadSentKeys: (countMax) => inner.loadSentKeys(countMax),
    forgetSentKeys: (beforeMs) => inner.forgetSentKeys(beforeMs),
    checkpoint: (position, conversations) => inner.checkpoint(position, conversations),
    close: () => inner.close(),
    ...changed,
  };
}

function loadingLess(name: string, forget: (state: StoredState) => Partial<StoredState>): PlantedBug {
  return {
    name,
    server: {
      store: (store) =>
        storeWith(store, {
          load: async () => {
            const state = await store.load();
            return { ...state, ...forget(state) };
          },
        }),
    },
  };
}

/** Mistakes in the log: what is stored and when it is acknowledged. */
export const LOG_BUGS: readonly PlantedBug[] = [
  {
    name: 'acknowledges before the commit is durable',
    server: {
      store: (store) => {
        store.acknowledgesEarly = true;
        return store;
      },
    },
  },
  withRules('forgets which counters were used', {
    decideSend: (command, facts, context) => {
      const forgetful = facts && replaced(facts, { lastCounter: () => command.counter - 1 });
      return LOG_RULES.decideSend(command, forgetful, context);
    },
  }),
  withRules('answers a refusal and does not remember it', {
    decideSend: (command, facts, context) => {
      const verdict = LOG_RULES.decideSend(command, facts, context);
      return verdict.verdict === 'refuse' ? { verdict: 'answer', result: verdict.refusal } : verdict;
    },
  }),
  {
    name: 'stores a read marker that goes back',
    server: {
      store: (store) =>
        storeWith(store, {
          commit: (batch) => store.commit({ ...batch, members: batch.members.map(reread) }),
        }),
    },
  },
  loadingLess('starts from the checkpoint and forgets what came after it', () => ({
    entriesAfterCheckpoint: nothing(),
  })),
  loadingLess('forgets its refusals when it restarts', () => ({ refusals: [] })),
];

function reread(row: MemberRow): MemberRow {
  return { ...row, readSeq: seq(row.readSeq >> 1) };
}

async function* nothing(): AsyncGenerator<never> {}

/** Mistakes in delivery and sync: what devices are told. */
export const DELIVERY_BUGS: readonly PlantedBug[] = [
  announcingSeventh('does not announce every seventh entry', 0),
  announcingSeventh('announces every seventh entry twice', 2),
  withEvents('does not tell other devices what was read', (events) => ({
    committed: (event) => events.committed(event),
    memberChanged: (member, change) => events.memberChanged(member, change),
    readMoved: () => undefined,
  })),
  withEvents('does not tell who was added', (events) => ({
    committed: (event) => events.committed(event),
    memberChanged: (member, change) => {
      if (change !== 'entered') events.memberChanged(member, change);
    },
    readMoved: (member) => events.readMoved(member),
  })),
  withEvents('goes on serving those who left', (events) => ({
    committed: (event) => {
      const former = [...event.conversation.members.values()].filter((member) => member.role === null);
      events.committed({ ...event, left: former.map((member) => member.user) });
    },
    memberChanged: (member, change) => events.memberChanged(member, change),
    readMoved: (member) => events.readMoved(member),
  })),
  syncing('says a cursor that is ahead of its answer', (part) => ({
    ...part,
    ...(part.cursor === undefined ? {} : { cursor: part.cursor + 2 }),
  })),
  syncing('leaves a conversation out of an answer', (part) => ({
    ...part,
    ...(part.changed === undefined ? {} : { changed: part.changed.slice(0, 1) }),
  })),
  paging('gives pages of history without their amendments', (page) => ({
    ...page,
    amendments: [],
    more: false,
  })),
  paging('answers nothing to who asks what a hole hides', (page, ask) => (ask.amendmentsOnly ? {} : page)),
  paging('gives pages of history without their newest entry', (page) => ({
    ...page,
    entries: page.entries?.slice(0, -1) ?? [],
  })),
];

/** Every seventh entry of a server's life is announced so many times. */
function announcingSeventh(name: string, times: number): PlantedBug {
  return withEvents(name, (events) => {
    let announced = 0;
    return {
      committed: (event) => {
        const repeats = ++announced % 7 === 0 ? times : 1;
        for (let i = 0; i < repeats; i++) events.committed(event);
      },
      memberChanged: (member, change) => events.memberChanged(member, change),
      readMoved: (member) => events.readMoved(member),
    };
  });
}

type HistoryAsk = Parameters<Parameters<NonNullable<Replacements['history']>>[0]['page']>[0];

function paging(
  name: string,
  change: (page: HistoryPageInit, ask: HistoryAsk) => HistoryPageInit,
): PlantedBug {
  return {
    name,
    server: {
      instead: {
        history: (history) =>
          replaced(history, {
            page: async (ask, user) => {
              const page = await history.page(ask, user);
              return 'outcome' in page ? page : change(page, ask);
            },
          }),
      },
    },
  };
}

type SyncAnswers = Parameters<NonNullable<Replacements['syncAnswers']>>[0];
type SyncPart = Parameters<Parameters<SyncAnswers['answer']>[1]['part']>[0];

function syncing(name: string, change: (part: SyncPart) => SyncPart): PlantedBug {
  return {
    name,
    server: {
      instead: {
        syncAnswers: (answers) =>
          replaced(answers, {
            answer: (ask, to) =>
              answers.answer(ask, {
                user: to.user,
                part: (part) => to.part(change(part)),
                room: () => to.room(),
              }),
          }),
      },
    },
  };
}

/** The same object with some methods replaced. */
function replaced<T extends object>(whole: T, methods: Partial<T>): T {
  return new Proxy(whole, {
    get: (target, name) => {
      const method: unknown = Reflect.get(methods, name) ?? Reflect.get(target, name);
      return typeof method === 'function' ? method.bind(target) : method;
    },
  });
}

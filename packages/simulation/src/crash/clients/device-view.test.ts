import { type ConversationState, Role } from '@skein/protocol';
import { expect, it } from 'vitest';
import { checkHistory } from '../history/check-history.ts';
import { History } from '../history/history.ts';
import { DeviceView } from './device-view.ts';

const CONVERSATION = 6;

function stateOf(head: number, role: number, from: number): ConversationState {
  const entries = Array.from({ length: head - from + 1 }, (_, index) => ({ seq: from + index, kind: 5 }));
  const state = { conversation: CONVERSATION, head, role, title: '', headTimeMs: 0, headOrdinal: 0 };
  return { ...state, entries, amendments: [], markers: [], read: undefined } as unknown as ConversationState;
}

function faultsOf(states: readonly ConversationState[]): readonly string[] {
  const history = new History();
  const view = new DeviceView('laptop', history);
  for (const state of states) view.takeState({ ...state, entries: state.entries.map(withBody) });
  return checkHistory(history.facts).violations.map(({ fault }) => fault);
}

function withBody(entry: ConversationState['entries'][number]): ConversationState['entries'][number] {
  return { ...entry, target: 0, body: new Uint8Array(0) };
}

it('[CH1] takes a view that ends later for one of somebody who came back and left again, and shows it to nobody else', () => {
  const left = [stateOf(2, Role.member, 1), stateOf(3, Role.unspecified, 3)];
  expect(faultsOf(left)).not.toContain('seen outside of membership');
  expect(faultsOf([...left, stateOf(5, Role.unspecified, 4)])).not.toContain('seen outside of membership');
  const leaking = stateOf(3, Role.unspecified, 4);
  const leaked = { ...leaking, entries: stateOf(5, Role.member, 4).entries };
  expect(faultsOf([...left, leaked])).toContain('seen outside of membership');
});

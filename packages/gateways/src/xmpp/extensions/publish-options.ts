import type { Element } from '../xml/element.ts';
import { readForm } from './data-form.ts';
import { pubsubError } from './pep-node.ts';

const PREFIX = 'pubsub#';
/** What every node here is anyway, by the names of XEP-0060 §16.4.4. */
const ALWAYS: ReadonlyMap<string, (value: string) => boolean> = new Map([
  ['persist_items', isTrue],
  ['deliver_payloads', isTrue],
  ['deliver_notifications', isTrue],
  ['notify_retract', isTrue],
  ['send_last_published_item', (value) => value === 'on_sub_and_presence'],
  ['max_items', (value) => value === '1'],
]);

/**
 * XEP-0060 §7.1.5: whom it is published to. Each publication makes the node anew, so that who may see it is never
 * in the way; what a node cannot be is refused. XEP-0163 §5: who says nothing publishes to those who see their presence.
 *
 * Errors: throws StanzaError.
 */
export function accessModelIn(options: Element | undefined, isAvatar: boolean): string {
  let model = 'presence';
  const fields = options === undefined ? null : readForm(options);
  for (const [name, value] of fields ?? []) {
    if (name === 'FORM_TYPE') continue;
    const option = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : '';
    if (option === 'access_model') model = value;
    // There is never more than one avatar, however many could be kept; of anything else the others would be missed.
    else if (option === 'max_items' && isAvatar && (value === 'max' || Number(value) >= 1)) continue;
    else if (ALWAYS.get(option)?.(value) !== true) throw pubsubError('conflict', 'precondition-not-met');
  }
  return model;
}

function isTrue(value: string): boolean {
  return value === '1' || value === 'true';
}

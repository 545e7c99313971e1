import { Role } from '@skein/protocol';
import { type FormField, readForm, writeForm } from '../extensions/data-form.ts';
import type { IqCall } from '../extensions/extension.ts';
import { NS } from '../namespaces.ts';
import type { Place } from '../session/conversation-book.ts';
import { StanzaError } from '../stream/stanza-error.ts';
import { childOf } from '../xml/element.ts';
import { type Xml, xml } from '../xml/write-xml.ts';
import { destroyRoom } from './destroy-room.ts';
import { refused } from './join-room.ts';
import { placeOf } from './place-of.ts';

const CONFIG = 'muc#roomconfig_';
const YES: ReadonlySet<string | undefined> = new Set(['1', 'true']);

interface Fixed extends FormField {
  readonly value: string;
  /** Who asks for it would rely on it, so that it is refused and not passed over. */
  readonly isPromise: boolean;
}

/** §15.5.3: how every room is, whatever a form says. */
const FIXED: readonly Fixed[] = [
  {
    name: 'persistentroom',
    type: 'boolean',
    label: 'Stays when everybody has gone',
    value: '1',
    isPromise: false,
  },
  {
    name: 'changesubject',
    type: 'boolean',
    label: 'Any occupant may change the subject',
    value: '0',
    isPromise: false,
  },
  {
    name: 'whois',
    type: 'list-single',
    label: 'Who may see addresses',
    value: 'anyone',
    options: ['anyone'],
    isPromise: true,
  },
  { name: 'moderatedroom', type: 'boolean', label: 'Voice is given one by one', value: '0', isPromise: true },
  {
    name: 'passwordprotectedroom',
    type: 'boolean',
    label: 'A password is asked for',
    value: '0',
    isPromise: true,
  },
];

/** §10.2: title, openness, whether it is listed. */
export function describeConfig(call: IqCall): Xml {
  const { title, isOpen, number } = tended(call);
  const isListed = call.session.host.deps.core.groupNames.isListed(number);
  const fields: FormField[] = [
    { name: 'FORM_TYPE', type: 'hidden', value: 'http://jabber.org/protocol/muc#roomconfig' },
    { name: `${CONFIG}roomname`, type: 'text-single', label: 'Title', value: title },
    {
      name: `${CONFIG}membersonly`,
      type: 'boolean',
      label: 'Only who is invited may enter',
      value: isOpen ? '0' : '1',
    },
    { name: `${CONFIG}publicroom`, type: 'boolean', label: 'Is listed', value: isListed ? '1' : '0' },
    ...FIXED.map((field) => ({ ...field, name: `${CONFIG}${field.name}` })),
  ];
  return xml('query', { xmlns: NS.mucOwner }, writeForm('form', fields, 'Group'));
}

/** [XM54] [XM76] [XM77] §10.1, §10.2, §10.9. */
export async function configure(call: IqCall): Promise<null> {
  const { session, payload } = call;
  const place = tended(call);
  const { occupants } = session.host;
  const destroy = childOf(payload, 'destroy', NS.mucOwner);
  if (destroy !== undefined) {
    await destroyRoom(session, place, destroy);
    return null;
  }
  const form = childOf(payload, 'x', NS.dataForms);
  if (form === undefined) throw new StanzaError('bad-request');
  const isLocked = occupants.makerOf(place.number) !== null;
  if (form.attrs['type'] === 'cancel') {
    // §10.1.3: what is not to be is taken away again.
    if (isLocked) await destroyRoom(session, place);
    return null;
  }
  await change(call, place, readForm(payload) ?? new Map());
  occupants.unlock(place.number);
  return null;
}

async function change(
  { session }: IqCall,
  { number }: Place,
  values: ReadonlyMap<string, string>,
): Promise<void> {
  const said = (name: string): string | undefined => values.get(`${CONFIG}${name}`);
  for (const { name, type, value, isPromise } of FIXED) {
    const wanted = said(name);
    if (wanted === undefined || !isPromise) continue;
    const isSame = type === 'boolean' ? YES.has(wanted) === YES.has(value) : wanted === value;
    if (!isSame) throw new StanzaError('not-acceptable', `${CONFIG}${name}`);
  }
  const title = said('roomname');
  const membersOnly = said('membersonly');
  const open = membersOnly === undefined ? undefined : !YES.has(membersOnly);
  if ((title !== undefined && title !== '') || open !== undefined) {
    const value = {
      conversation: number,
      ...(title === undefined || title === '' ? {} : { title }),
      ...(open === undefined ? {} : { open }),
    };
    const answer = await session.client.ask({ case: 'changeSettings', value });
    if ('outcome' in answer) throw refused(answer);
  }
  const listed = said('publicroom');
  if (listed !== undefined) await session.host.deps.core.groupNames.list(number, YES.has(listed));
}

/** §10.2: only those who tend a room see and say how it is. Errors: throws StanzaError forbidden. */
function tended(call: IqCall): Place {
  const place = placeOf(call);
  if (place.role !== Role.owner && place.role !== Role.admin) throw new StanzaError('forbidden');
  return place;
}

/** RFC 7622 §3.1: `local@domain/resource`; parts that are absent are empty. */
export interface Jid {
  readonly local: string;
  readonly domain: string;
  readonly resource: string;
}

// RFC 7622 §3.2–3.4: each part has at most 1023 bytes; the shortest bound that covers all of a JID.
const PART_BYTES_MAX = 1023;
// §3.3.1: these do not occur in a local part. Everything else is for the accounts to know.
const LOCAL = /^[^"&'/:<>@\s]+$/;
// oxlint-disable-next-line no-control-regex
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f]/;
const DOMAIN = /^[a-z0-9.\-:[\]\u0080-\u{10ffff}]+$/u;

/** Null for what is no JID. Local part and domain come in their prepared form: lower case. */
export function parseJid(text: string): Jid | null {
  const slash = text.indexOf('/');
  const bare = slash === -1 ? text : text.slice(0, slash);
  const resource = slash === -1 ? '' : text.slice(slash + 1);
  const at = bare.indexOf('@');
  const local = at === -1 ? '' : bare.slice(0, at).toLowerCase().normalize('NFC');
  // §3.2: one dot at the end means nothing.
  const domain = bare
    .slice(at + 1)
    .toLowerCase()
    .replace(/\.$/, '');
  if (domain === '' || !DOMAIN.test(domain)) return null;
  if ((at !== -1 && !LOCAL.test(local)) || (slash !== -1 && !isResource(resource))) return null;
  if ([local, domain, resource].some((part) => Buffer.byteLength(part) > PART_BYTES_MAX)) return null;
  return { local, domain, resource };
}

/** RFC 7622 §3.4: what can stand behind the slash. */
export function isResource(text: string): boolean {
  return text !== '' && !UNPRINTABLE.test(text) && Buffer.byteLength(text) <= PART_BYTES_MAX;
}

/** RFC 9112 §3.2.2: a server takes a target that names scheme and host as well; both are left out here. */
const ABSOLUTE = /^https?:\/\/[^/?#]*/i;

/** Path and query of a request; null where it names no path: `*`, or an authority alone (RFC 9112 §3.2.3, §3.2.4). */
export function targetOf(url = ''): string | null {
  const target = url.replace(ABSOLUTE, '');
  if (target.startsWith('/')) return target;
  // `http://host` and `http://host?query` ask for the root.
  return ABSOLUTE.test(url) ? `/${target}` : null;
}

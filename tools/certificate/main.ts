import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CertificateAuthority } from '@skein/testkit';

const USAGE = `npm run certificate -- HOST… [--out FOLDER]

Makes an authority of your own and a certificate for these names and addresses, for a network at home or for development.
On the internet, use a certificate that everybody's machine trusts already.`;

const { values, positionals: hosts } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string', default: 'certificates' }, help: { type: 'boolean', default: false } },
});
if (values.help || hosts.length === 0) {
  console.log(USAGE);
  process.exitCode = values.help ? 0 : 2;
} else {
  make(hosts, values.out);
}

function make(names: readonly string[], folder: string): void {
  const authority = new CertificateAuthority(`Skein, for ${names[0]}`);
  const { cert, key } = authority.issue({ hosts: names });
  mkdirSync(folder, { recursive: true });
  const pathOf = (name: string): string => join(folder, name);
  // Nothing is overwritten: somebody may trust what is there.
  writeFileSync(pathOf('key.pem'), key, { mode: 0o600, flag: 'wx' });
  writeFileSync(pathOf('cert.pem'), cert, { flag: 'wx' });
  writeFileSync(pathOf('ca.pem'), authority.cert, { flag: 'wx' });
  console.log(`for ${names.join(', ')}, valid for 800 days. The authority's own key was not kept: it signs nothing else.

server:   npm start -- --set listen.tls.cert_file=${pathOf('cert.pem')} --set listen.tls.key_file=${pathOf('key.pem')}
clients:  NODE_EXTRA_CA_CERTS=${pathOf('ca.pem')} npm run chat -- …   curl --cacert ${pathOf('ca.pem')} …
browsers: import ca.pem among the authorities that they trust`);
}

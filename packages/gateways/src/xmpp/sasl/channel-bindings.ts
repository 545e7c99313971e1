import { createHash, X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

// RFC 9266 §4: 32 bytes under this label, with an empty context.
const EXPORTER_LABEL = 'EXPORTER-Channel-Binding';
const EXPORTER_BYTES = 32;

/**
 * What both ends of a TLS connection know and nobody between them: RFC 9266 `tls-exporter`, RFC 5929
 * `tls-server-end-point`. Empty outside TLS.
 */
export function channelBindingsOf(socket: Socket): ReadonlyMap<string, Uint8Array> {
  const bindings = new Map<string, Uint8Array>();
  if (!(socket instanceof TLSSocket)) return bindings;
  // RFC 9266 §3: before TLS 1.3 it is only safe with an extension that we can't ask for.
  if (socket.getProtocol() === 'TLSv1.3') {
    bindings.set(
      'tls-exporter',
      socket.exportKeyingMaterial(EXPORTER_BYTES, EXPORTER_LABEL, Buffer.alloc(0)),
    );
  }
  const certificate = socket.getCertificate();
  if (certificate !== null && 'raw' in certificate && Buffer.isBuffer(certificate.raw)) {
    bindings.set('tls-server-end-point', endPointOf(certificate.raw));
  }
  return bindings;
}

/** RFC 5929 §4.1: the certificate, hashed as its signature does, or with SHA-256 where that uses something older. */
function endPointOf(raw: Buffer): Uint8Array {
  const { signatureAlgorithm = '' } = new X509Certificate(raw) as { signatureAlgorithm?: string };
  const hash = /sha(384|512)/i.exec(signatureAlgorithm)?.[1] ?? '256';
  return createHash(`sha${hash}`).update(raw).digest();
}

import type { Socket } from 'node:net';
import { NATIVE_PREFACE } from '@skein/protocol';
import type { Deadlines } from '../session/deadlines.ts';
import { peerOf } from '../session/peer-of.ts';
import type { SessionDeps } from '../session/session.ts';
import { SocketLink } from '../session/socket-link.ts';
import { NativeSession } from './native-session.ts';

/** Serves the native protocol on TCP, TLS and Unix sockets that began with its preface. */
export function serveNativeTcp(deps: SessionDeps, lingering: Deadlines<Socket>) {
  return (socket: Socket, firstBytes: Uint8Array): void => {
    const link = new SocketLink(socket, lingering);
    const session = new NativeSession(deps, peerOf('tcp', socket), link);
    // A frame is decoded or, when it has not come whole, copied before `receive` returns.
    link.attach(session, firstBytes.subarray(NATIVE_PREFACE.length), { keepsNoBytes: true });
  };
}

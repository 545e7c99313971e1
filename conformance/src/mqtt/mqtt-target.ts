import type { Address } from '../byte-socket.ts';

/** A server, and where on it one may do as one likes. */
export interface MqttTarget extends Address {
  /** Left out where the server takes those who do not say who they are. */
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** Before every topic: '', or something that ends with '/'. */
  readonly prefix: string;
  /** MQTT over WebSocket; on the same port, at `/mqtt`, unless said otherwise. */
  readonly webSocket: Address & { readonly path: string };
}

/** `mqtt://user:password@host:port/prefix/`. */
export function mqttTargetOf({ hostname, port, username, password, pathname }: URL): MqttTarget {
  const address = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 1883) };
  return {
    ...address,
    ...(username === '' ? {} : { user: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    prefix: decodeURIComponent(pathname.replace(/^\//, '')),
    webSocket: { ...address, path: '/mqtt' },
  };
}

import type { Setting } from './setting.ts';

/** [CF9] Ports that are one protocol's alone, beside the one port that speaks them all. */
export const USUAL_PORT_SETTINGS = {
  'listen.mqtt': usualPort('MQTT', 1883),
  'listen.mqtts': usualPort('MQTT over TLS', 8883),
  'listen.xmpp': usualPort('XMPP', 5222),
  'listen.xmpps': usualPort('XMPP over TLS', 5223),
  'listen.http': usualPort('HTTP and WebSocket', 80),
  'listen.https': usualPort('HTTP and WebSocket over TLS', 443),
} as const satisfies Record<string, Setting>;

/** Those that need a certificate. */
export const TLS_PORT_KEYS = ['listen.mqtts', 'listen.xmpps', 'listen.https'] as const;

interface UsualPortSetting extends Setting {
  readonly kind: 'port';
  readonly default: null;
}

function usualPort(spoken: string, port: number): UsualPortSetting {
  return {
    kind: 'port',
    default: null,
    help: {
      en: `One more port, for ${spoken} alone; usually ${port}. 0 takes any free one; not set, there is none.`,
      zh: `另开仅用于 ${spoken} 的端口，通常为 ${port}。0 表示任意空闲端口；未设置则不开。`,
    },
  };
}

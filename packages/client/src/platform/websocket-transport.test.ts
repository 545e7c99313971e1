import { describe, expect, it } from 'vitest';
import { toWebSocketUrl, WebSocketTransport } from './websocket-transport.ts';

describe('WebSocket', () => {
  it.each([
    ['http://localhost:6969', 'ws://localhost:6969/ws'],
    ['https://chat.example.org', 'wss://chat.example.org/ws'],
    ['ws://localhost:6969/', 'ws://localhost:6969/ws'],
    ['wss://example.org/chat/ws', 'wss://example.org/chat/ws'],
    ['nonsense', 'nonsense'],
  ])('%s is reached at %s', (url, address) => {
    expect(toWebSocketUrl(url)).toBe(address);
  });

  it.each(['nonsense', 'ws://127.0.0.1:1'])(
    '[CL16] %s: what cannot be reached is told, and never thrown',
    async (url) => {
      const told: string[] = [];
      const link = new WebSocketTransport(url).open({
        opened: () => told.push('opened'),
        received: () => told.push('received'),
        closed: () => told.push('closed'),
      });
      expect(told).toEqual([]);
      link.send(Uint8Array.of(1));
      while (told.length === 0) {
        await new Promise((resolve) => {
          setTimeout(resolve, 1);
        });
      }
      link.close();
      expect(told).toEqual(['closed']);
    },
  );
});

/** What the tests use of a package that brings no types. */
declare module '@xmpp/client' {
  export interface XmlElement {
    readonly name: string;
    readonly attrs: Readonly<Record<string, string>>;
    is(name: string, ns?: string): boolean;
    getChildText(name: string): string | null;
    getChild(name: string, ns?: string): XmlElement | undefined;
  }
  export interface XmppClient {
    readonly jid: { toString(): string } | null;
    readonly streamManagement: { readonly enabled: boolean; readonly id: string };
    on(event: 'stanza', listener: (stanza: XmlElement) => void): void;
    on(event: 'error', listener: (error: Error) => void): void;
    on(event: 'online', listener: () => void): void;
    start(): Promise<unknown>;
    stop(): Promise<unknown>;
    send(stanza: XmlElement): Promise<unknown>;
  }
  export function client(options: {
    service: string;
    domain?: string;
    resource?: string;
    username: string;
    password: string;
  }): XmppClient;
  export function xml(name: string, attrs?: Record<string, string>, ...children: unknown[]): XmlElement;
}

import type { Version } from './packet-types.ts';

/** Why no scenario can show whether a server keeps a statement. */
export type WhyUnseen =
  /** It binds clients, and a server cannot see that it is broken. */
  | 'clients only'
  /** It binds servers that leave something out or add something, which is their choice. */
  | 'depends on what the server offers'
  /** It says what happens inside, or when something fails that cannot be made to fail from outside. */
  | 'not visible from outside';

/** Every statement without a scenario. With those that have one they are all: `statement-numbers.test.ts`. */
export const UNSEEN: Readonly<Record<Version, Readonly<Record<WhyUnseen, readonly string[]>>>> = {
  4: {
    'clients only': [
      '2.3.1-2',
      '2.3.1-3',
      '3.1.2-23',
      '3.1.3-7',
      '3.14.4-1',
      '3.14.4-2',
      '4.5.0-2',
      '4.6.0-2',
      '4.6.0-3',
      '6.0.0-3',
      '7.1.2-1',
    ],
    'depends on what the server offers': [
      // Whether a value is refused, and wildcards, and connections to other servers.
      '3.3.5-2',
      '3.8.3-2',
      '7.0.0-1',
    ],
    'not visible from outside': ['3.2.2-6', '4.8.0-2', '7.0.0-2'],
  },
  5: {
    'clients only': [
      '3.1.2-20',
      '3.1.2-21',
      '3.1.2-30',
      '3.2.2-4',
      '3.2.2-5',
      '3.2.2-11',
      '3.2.2-14',
      '3.2.2-15',
      '3.2.2-21',
      '3.3.2-10',
      '3.3.4-8',
      '4.5.0-2',
      '4.6.0-1',
      '4.6.0-2',
      '4.6.0-3',
      '4.6.0-4',
      '4.12.0-3',
      '4.12.1-1',
      '6.0.0-3',
    ],
    'depends on what the server offers': [
      // A client identifier that it does not like, a QoS or retained values that it does not have.
      '3.1.3-8',
      '3.2.2-12',
      '3.2.2-13',
      // A method of enhanced authentication.
      '3.15.2-1',
      '3.15.2-2',
      '3.15.2-3',
      '4.12.0-2',
      '4.12.0-5',
      // A value that it refuses with PUBREC.
      '4.3.3-9',
    ],
    'not visible from outside': [],
  },
};

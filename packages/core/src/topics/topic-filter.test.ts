import { describe, expect, it } from 'vitest';
import { Publication } from './publication.ts';
import { RetainedValues } from './retained-values.ts';
import { isTopicName, matches, parseTopicFilter } from './topic-filter.ts';
import { TopicTree } from './topic-tree.ts';

const LEVELS_MAX = 8;
const TOPICS = ['a', '/a', 'a/', 'a/b', 'a/b/c', 'b', '/', '$SYS', '$SYS/a', 'a/$x', 'a//b', '+x/y'];
const FILTERS = [
  '#',
  '+',
  '+/+',
  '/+',
  'a/#',
  'a/+',
  '+/b',
  'a/+/c',
  'a',
  'a/b',
  '$SYS/#',
  '$SYS/+',
  '+/a',
  'a//b',
  '/#',
];

describe('topic filters', () => {
  it('[TP2] names have no wildcard, and names and filters a bounded number of levels', () => {
    for (const topic of ['a', '/', 'a/b', ' ', '$SYS', '中文/主题'])
      expect(isTopicName(topic, LEVELS_MAX)).toBe(true);
    for (const topic of ['', '#', 'a/+', 'a#', 'a/b/c/d/e/f/g/h/i'])
      expect(isTopicName(topic, LEVELS_MAX)).toBe(false);
    for (const filter of ['#', '+', '+/a', 'a/#', '/+/#', '$share/g/a', '$share/g/#', '$SYS/#', '$shared/a'])
      expect([filter, parseTopicFilter(filter, LEVELS_MAX)]).not.toContain(null);
    const wrong = [
      '',
      'a#',
      'a/#/b',
      '#/a',
      'a+',
      'a/+b',
      '$share',
      '$share/',
      '$share/g',
      '$share/g/',
      '$share//a',
      '$share/+/a',
    ];
    for (const filter of wrong)
      expect([filter, parseTopicFilter(filter, LEVELS_MAX)]).toEqual([filter, null]);
    expect(parseTopicFilter('a/b/c/d/e/f/g/h/i', LEVELS_MAX)).toBeNull();
  });

  it('[TP3] take what the standard says', () => {
    const taken: [string, string, boolean][] = [
      ['sport/tennis/player1/#', 'sport/tennis/player1', true],
      ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true],
      ['sport/#', 'sport', true],
      ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
      ['sport/+', 'sport', false],
      ['sport/+', 'sport/', true],
      ['+/+', '/finance', true],
      ['/+', '/finance', true],
      ['+', '/finance', false],
      ['#', '$SYS/monitor', false],
      ['+/monitor', '$SYS/monitor', false],
      ['$SYS/#', '$SYS/monitor', true],
      ['a', 'A', false],
    ];
    for (const [filter, topic, isTaken] of taken) {
      expect([filter, topic, matches(filter.split('/'), topic)]).toEqual([filter, topic, isTaken]);
    }
  });

  it('[TP3] are found by topic, and topics by filter, as each pair says', () => {
    const tree = new TopicTree<string>();
    const retained = new RetainedValues({ countMax: 100, bytesMax: 1_000_000 });
    for (const filter of FILTERS) tree.add(filter.split('/'), filter);
    for (const topic of TOPICS) retained.set(publicationOf(topic));
    for (const topic of TOPICS) {
      const expected = FILTERS.filter((filter) => matches(filter.split('/'), topic));
      expect([topic, tree.match(topic).toSorted()]).toEqual([topic, expected.toSorted()]);
    }
    for (const filter of FILTERS) {
      const found = retained.match(filter.split('/')).map(({ topic }) => topic);
      const expected = TOPICS.filter((topic) => matches(filter.split('/'), topic));
      expect([filter, found.toSorted()]).toEqual([filter, expected.toSorted()]);
    }
  });

  it('[TP3] leave nothing behind when they are removed', () => {
    const tree = new TopicTree<string>();
    for (const filter of FILTERS) tree.add(filter.split('/'), filter);
    for (const filter of FILTERS) tree.remove(filter.split('/'), filter);
    tree.remove(['never', 'there'], 'x');
    expect(TOPICS.flatMap((topic) => tree.match(topic))).toEqual([]);
  });
});

function publicationOf(topic: string): Publication {
  return new Publication({
    topic,
    payload: new Uint8Array(1),
    qos: 0,
    isRetained: true,
    properties: null,
    publishedAtMs: 0,
  });
}

import { describe, expect, test } from 'vitest';
import { parseScript, readScript } from './script.ts';

const script = await readScript();
const ids = script.cast.map(({ id }) => id);

describe('the play', () => {
  test('is read as UTF-8, under its title', () => {
    expect(script.title).toBe('As You Like It');
    expect(script.speeches.some(({ text }) => text.includes('\uFFFD'))).toBe(false);
  });

  test('has a cast of twenty or more, each with an id of their own that can be a user id', () => {
    expect(script.cast.length).toBeGreaterThanOrEqual(20);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/);
  });

  test('gives every member of the cast something to say, and nobody else', () => {
    expect(script.speeches.length).toBeGreaterThanOrEqual(300);
    expect(new Set(script.speeches.map(({ speaker }) => speaker))).toEqual(new Set(ids));
  });

  test('has no empty speech, and no speech with a heading, a stage direction or a tab left in it', () => {
    const leftOver = /[[\]\t]|\n{3}|^(?:ACT|SCENE|SONG|EPILOGUE)\b/m;
    const texts = script.speeches.map(({ text }) => text);
    expect(texts.filter((text) => text === '' || text !== text.trim() || leftOver.test(text))).toEqual([]);
  });

  test('goes through the scenes in order and ends with the epilogue', () => {
    const places = script.speeches.map(({ act, scene }) => `${act}.${scene}`);
    expect([...new Set(places)].join(' ')).toBe(
      '1.1 1.2 1.3 2.1 2.2 2.3 2.4 2.5 2.6 2.7 3.1 3.2 3.3 3.4 3.5 4.1 4.2 4.3 5.1 5.2 5.3 5.4 5.5',
    );
    expect(script.speeches.at(-1)).toMatchObject({ act: 5, scene: 5, speaker: 'rosalind' });
  });

  test('tells two speakers with one name apart', () => {
    expect(script.cast).toContainEqual({ id: 'jaques', name: 'Jaques' });
    expect(script.cast).toContainEqual({ id: 'jaques-de-boys', name: 'Jaques de Boys' });
  });

  test('marks asides', () => {
    const asides = script.speeches.filter(({ stageAudience }) => stageAudience === 'aside');
    expect(asides.map(({ speaker }) => speaker)).toEqual([
      'rosalind',
      'jaques',
      'jaques',
      'jaques',
      'touchstone',
    ]);
  });

  test('gives a song that names nobody to whoever was singing', () => {
    const song = script.speeches.find(({ text }) => text.startsWith('Who doth ambition shun\nAnd loves'));
    expect(song).toMatchObject({ act: 2, scene: 5, speaker: 'amiens' });
  });
});

describe('parseScript', () => {
  const opening = '\tA PLAY\n\n\tDRAMATIS PERSONAE\n\nANNA\ta clown.\n\nSCENE\tA wood.\n\n\tA PLAY\n\n';

  test('parts stanzas by an empty line, and what a stage direction interrupts by none', () => {
    const play = `${opening}ACT I\n\nSCENE I\tA wood.\n\nANNA\tOne,\n\ttwo,\n\n\tthree,\n\n\t[Sits]\n\n\tfour.\n`;
    expect(parseScript(play).speeches).toEqual([
      { act: 1, scene: 1, speaker: 'anna', text: 'One,\ntwo,\n\nthree,\nfour.', stageAudience: 'all' },
    ]);
  });

  test('throws on a speaker who is not in the list of characters', () => {
    const play = `${opening}ACT I\n\nSCENE I\tA wood.\n\nBRUNO\tHo!\n`;
    expect(() => parseScript(play)).toThrow('"BRUNO" is not in the list of characters');
  });

  test('throws on a scene without a heading', () => {
    expect(() => parseScript(`${opening}ANNA\tHo!\n`)).toThrow('no heading');
  });
});

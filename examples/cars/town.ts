/**
 * A made-up town, the same from the same seed: the program that moves the cars and the page that draws the streets need not
 * send it to each other. Metres, x to the east and y to the south.
 */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Street {
  /** Numbers of crossings. */
  readonly ends: readonly [number, number];
  readonly kind: 'avenue' | 'street';
}

export interface Town {
  readonly crossings: readonly Point[];
  readonly streets: readonly Street[];
  /** For each crossing the numbers of the streets that meet there. */
  readonly meeting: readonly (readonly number[])[];
  readonly river: readonly Point[];
  readonly parks: readonly (readonly Point[])[];
  readonly buildings: readonly (readonly Point[])[];
}

/** Blocks on each side of the square that the town is. */
const BLOCKS = 16;
const BLOCK_M = 200;
export const TOWN_M = BLOCKS * BLOCK_M;
/** One side of a tile: what is subscribed to or not. */
export const TILE_M = 400;
export const TILES = TOWN_M / TILE_M;

const AVENUE_EVERY = 4;
const CROOKED_M = 42;
const AVENUE_CROOKED_M = 10;
const STREET_MISSING = 0.16;
const MEETING_MIN = 2;
const PARK = 0.07;
const BUILT = 0.86;
/** Where houses stand in a block, from 0 to 1 in both directions. */
const LOTS = [0.14, 0.38, 0.42, 0.62, 0.66, 0.86] as const;

export type Random = () => number;

/** Numbers from 0 to below 1, the same ones from the same seed: a linear congruence, good enough for houses. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The tile that a place is in, as a level of a topic and the name of a group: "3-5". */
export function tileOf({ x, y }: Point): string {
  return `${tileAlong(x)}-${tileAlong(y)}`;
}

export function tileAlong(metres: number): number {
  return Math.min(TILES - 1, Math.max(0, Math.floor(metres / TILE_M)));
}

export function makeTown(seed = 7): Town {
  const random = seeded(seed);
  const crossings = makeCrossings(random);
  const { streets, meeting } = makeStreets(crossings.length, random);
  const parks: Point[][] = [];
  const buildings: Point[][] = [];
  for (let row = 0; row < BLOCKS; row++) {
    for (let column = 0; column < BLOCKS; column++) {
      const block = [
        [row, column],
        [row, column + 1],
        [row + 1, column + 1],
        [row + 1, column],
      ].map(([r = 0, c = 0]) => crossings[crossingAt(r, c)] as Point);
      if (random() < PARK) parks.push(block);
      else buildings.push(...makeBuildings(block, random));
    }
  }
  return { crossings, streets, meeting, river: makeRiver(random), parks, buildings };
}

function crossingAt(row: number, column: number): number {
  return row * (BLOCKS + 1) + column;
}

function makeCrossings(random: Random): Point[] {
  return Array.from({ length: (BLOCKS + 1) ** 2 }, (_, index) => {
    const [row, column] = [Math.floor(index / (BLOCKS + 1)), index % (BLOCKS + 1)];
    // Avenues are straighter than streets, and the town ends where it ends.
    const off = (along: number, across: number): number => {
      if (across === 0 || across === BLOCKS) return 0;
      const most = across % AVENUE_EVERY === 0 ? AVENUE_CROOKED_M : CROOKED_M;
      return (random() - 0.5) * 2 * (along % AVENUE_EVERY === 0 ? most / 2 : most);
    };
    return { x: column * BLOCK_M + off(row, column), y: row * BLOCK_M + off(column, row) };
  });
}

function makeStreets(crossings: number, random: Random): Pick<Town, 'streets' | 'meeting'> {
  const all: Street[] = [];
  for (let row = 0; row <= BLOCKS; row++) {
    for (let column = 0; column <= BLOCKS; column++) {
      const here = crossingAt(row, column);
      const kindOf = (line: number): Street['kind'] => (line % AVENUE_EVERY === 0 ? 'avenue' : 'street');
      if (column < BLOCKS) all.push({ ends: [here, here + 1], kind: kindOf(row) });
      if (row < BLOCKS) all.push({ ends: [here, crossingAt(row + 1, column)], kind: kindOf(column) });
    }
  }
  const count = Array.from({ length: crossings }, () => 0);
  for (const { ends } of all) for (const end of ends) count[end] = (count[end] ?? 0) + 1;
  const streets = all.filter(({ ends, kind }) => {
    const isNeeded = ends.some((end) => (count[end] ?? 0) <= MEETING_MIN);
    if (kind === 'avenue' || isNeeded || random() > STREET_MISSING) return true;
    for (const end of ends) count[end] = (count[end] ?? 0) - 1;
    return false;
  });
  const meeting: number[][] = Array.from({ length: crossings }, () => []);
  for (const [number, { ends }] of streets.entries()) for (const end of ends) meeting[end]?.push(number);
  return { streets, meeting };
}

function makeRiver(random: Random): Point[] {
  const phase = random() * Math.PI;
  return Array.from({ length: 40 }, (_, index) => {
    const x = (index / 39) * (TOWN_M + 800) - 400;
    const bend = Math.sin(x / 520 + phase) * 190 + Math.sin(x / 210) * 45;
    return { x, y: TOWN_M * 0.56 + bend };
  });
}

function makeBuildings(block: readonly Point[], random: Random): Point[][] {
  const [a, b, c, d] = block as [Point, Point, Point, Point];
  const at = (u: number, v: number): Point => ({
    x: (a.x * (1 - u) + b.x * u) * (1 - v) + (d.x * (1 - u) + c.x * u) * v,
    y: (a.y * (1 - u) + b.y * u) * (1 - v) + (d.y * (1 - u) + c.y * u) * v,
  });
  const houses: Point[][] = [];
  for (const i of [0, 2, 4]) {
    for (const j of [0, 2, 4]) {
      if (random() > BUILT) continue;
      const [left, right, top, bottom] = [LOTS[i], LOTS[i + 1], LOTS[j], LOTS[j + 1]] as [
        number,
        number,
        number,
        number,
      ];
      const deep = bottom - random() * 0.07;
      houses.push([at(left, top), at(right, top), at(right, deep), at(left, deep)]);
    }
  }
  return houses;
}

import type { Point, Random, Town } from './town.ts';

/** Where a car is and which way it looks, in degrees from east towards south. */
export interface Place extends Point {
  readonly heading: number;
}

interface Car {
  readonly id: string;
  readonly metresPerS: number;
  street: number;
  /** The crossing that it drives to is this end of the street. */
  towards: 0 | 1;
  alongM: number;
}

const SPEED_MIN = 7;
const SPEED_SPREAD = 8;
/** Cars keep to the right of the middle. */
const LANE_M = 4;

/** Cars that drive through a town and turn at random, never back unless the street ends. */
export class Fleet {
  readonly #town: Town;
  readonly #random: Random;
  readonly #cars: Car[];

  constructor(town: Town, count: number, random: Random) {
    this.#town = town;
    this.#random = random;
    this.#cars = Array.from({ length: count }, (_, index) => {
      const street = Math.floor(random() * town.streets.length);
      return {
        id: `c${index + 1}`,
        metresPerS: SPEED_MIN + random() * SPEED_SPREAD,
        street,
        towards: random() < 0.5 ? 0 : 1,
        alongM: random() * this.#lengthOf(street),
      };
    });
  }

  advance(seconds: number): void {
    for (const car of this.#cars) {
      car.alongM += car.metresPerS * seconds;
      for (
        let lengthM = this.#lengthOf(car.street);
        car.alongM >= lengthM;
        lengthM = this.#lengthOf(car.street)
      ) {
        car.alongM -= lengthM;
        this.#turn(car);
      }
    }
  }

  *places(): Generator<readonly [id: string, place: Place]> {
    for (const { id, street, towards, alongM } of this.#cars) {
      const [from, to] = this.#endsOf(street, towards);
      const share = alongM / this.#lengthOf(street);
      const angle = Math.atan2(to.y - from.y, to.x - from.x);
      const x = from.x + (to.x - from.x) * share - Math.sin(angle) * LANE_M;
      const y = from.y + (to.y - from.y) * share + Math.cos(angle) * LANE_M;
      yield [id, { x, y, heading: (angle * 180) / Math.PI }];
    }
  }

  #turn(car: Car): void {
    const { streets, meeting } = this.#town;
    const crossing = streets[car.street]?.ends[car.towards] ?? 0;
    const here = meeting[crossing] ?? [];
    const others = here.filter((street) => street !== car.street);
    const choice = others.length === 0 ? here : others;
    car.street = choice[Math.floor(this.#random() * choice.length)] ?? car.street;
    car.towards = streets[car.street]?.ends[0] === crossing ? 1 : 0;
  }

  #endsOf(street: number, towards: 0 | 1): readonly [Point, Point] {
    const { crossings, streets } = this.#town;
    const [a, b] = (streets[street]?.ends ?? [0, 0]).map((end) => crossings[end]) as [Point, Point];
    return towards === 1 ? [a, b] : [b, a];
  }

  #lengthOf(street: number): number {
    const [a, b] = this.#endsOf(street, 1);
    return Math.hypot(b.x - a.x, b.y - a.y);
  }
}

import { type Point, type Street, TILE_M, TILES, TOWN_M, type Town } from '../town.ts';
import type { Shown } from './traffic.ts';
import type { Viewport } from './viewport.ts';

interface Palette {
  readonly outside: string;
  readonly land: string;
  readonly house: string;
  readonly park: string;
  readonly river: string;
  readonly edge: string;
  readonly street: string;
  readonly avenue: string;
  readonly tile: string;
  readonly veil: string;
}

const DAY: Palette = {
  outside: '#e4e7e2',
  land: '#f1efe9',
  house: '#e2ddd3',
  park: '#cfe5c2',
  river: '#a9d3ea',
  edge: '#d5cfc2',
  street: '#ffffff',
  avenue: '#ffe9a8',
  tile: 'rgb(47 111 237 / 26%)',
  veil: 'rgb(228 231 226 / 66%)',
};

const NIGHT: Palette = {
  outside: '#12161d',
  land: '#1b2028',
  house: '#242b36',
  park: '#1f3328',
  river: '#173a52',
  edge: '#10141a',
  street: '#37414f',
  avenue: '#5a5238',
  tile: 'rgb(110 160 255 / 30%)',
  veil: 'rgb(12 15 20 / 62%)',
};

const STREET_M = 11;
const AVENUE_M = 19;
const EDGE_PX = 1.5;
const RIVER_M = 85;
// Larger than life, to be seen.
const CAR_M = { length: 17, width: 8.5 };
const CAR_PX_MIN = 8;
/** Below this many pixels to a metre houses are dust. */
const HOUSES_FROM = 0.35;
const NEARBY_M = 400;
const COLOURS = ['#e5484d', '#2f6fed', '#12a150', '#f08c00', '#8e4ec6', '#0c8599', '#d6409f', '#495057'];

export class TownPicture {
  readonly #town: Town;
  readonly #view: Viewport;
  readonly #pen: CanvasRenderingContext2D;
  readonly #isDark = matchMedia('(prefers-color-scheme: dark)');

  constructor(town: Town, view: Viewport, pen: CanvasRenderingContext2D) {
    this.#town = town;
    this.#view = view;
    this.#pen = pen;
  }

  /** Tiles that nobody listens to are veiled: what is shown there is no news. */
  draw(cars: Iterable<Shown>, watched: ReadonlySet<string>): void {
    const [pen, palette] = [this.#pen, this.#isDark.matches ? NIGHT : DAY];
    pen.fillStyle = palette.outside;
    pen.fillRect(0, 0, this.#view.width, this.#view.height);
    this.#square(0, 0, TOWN_M, palette.land);
    for (const park of this.#town.parks) this.#area(park, palette.park);
    if (this.#view.pixelsPerM >= HOUSES_FROM)
      for (const house of this.#town.buildings) this.#area(house, palette.house);
    this.#line(this.#town.river, RIVER_M, palette.river);
    this.#streets(palette);
    this.#tiles(watched, palette);
    for (const car of cars) this.#car(car);
  }

  #streets({ edge, street, avenue }: Palette): void {
    const { streets, crossings } = this.#town;
    const near = streets.filter(({ ends }) =>
      ends.some((end) => this.#view.isVisible(crossings[end] as Point, NEARBY_M)),
    );
    const stroke = (of: readonly Street[], widthM: number, extraPx: number, colour: string): void => {
      const pen = this.#pen;
      pen.beginPath();
      for (const { ends } of of) {
        const [a, b] = ends.map((end) => this.#view.toScreen(crossings[end] as Point)) as [Point, Point];
        pen.moveTo(a.x, a.y);
        pen.lineTo(b.x, b.y);
      }
      pen.lineCap = 'round';
      pen.lineWidth = Math.max(1.5, widthM * this.#view.pixelsPerM) + extraPx;
      pen.strokeStyle = colour;
      pen.stroke();
    };
    const avenues = near.filter(({ kind }) => kind === 'avenue');
    const others = near.filter(({ kind }) => kind === 'street');
    stroke(others, STREET_M, EDGE_PX * 2, edge);
    stroke(avenues, AVENUE_M, EDGE_PX * 2, edge);
    stroke(others, STREET_M, 0, street);
    stroke(avenues, AVENUE_M, 0, avenue);
  }

  #tiles(watched: ReadonlySet<string>, { tile, veil }: Palette): void {
    const pen = this.#pen;
    pen.strokeStyle = tile;
    pen.lineWidth = 1;
    pen.setLineDash([4, 4]);
    for (let x = 0; x < TILES; x++) {
      for (let y = 0; y < TILES; y++) {
        if (!watched.has(`${x}-${y}`)) this.#square(x * TILE_M, y * TILE_M, TILE_M, veil);
        const { x: left, y: top } = this.#view.toScreen({ x: x * TILE_M, y: y * TILE_M });
        pen.strokeRect(left, top, TILE_M * this.#view.pixelsPerM, TILE_M * this.#view.pixelsPerM);
      }
    }
    pen.setLineDash([]);
  }

  #car(car: Shown): void {
    if (!this.#view.isVisible(car, NEARBY_M)) return;
    const pen = this.#pen;
    const { x, y } = this.#view.toScreen(car);
    const length = Math.max(CAR_PX_MIN, CAR_M.length * this.#view.pixelsPerM);
    const width = (length * CAR_M.width) / CAR_M.length;
    pen.save();
    pen.translate(x, y);
    pen.rotate((car.heading * Math.PI) / 180);
    pen.globalAlpha = car.opacity;
    pen.shadowColor = 'rgb(0 0 0 / 35%)';
    pen.shadowBlur = 3;
    pen.shadowOffsetY = 1;
    pen.fillStyle = COLOURS[Number(car.id.slice(1)) % COLOURS.length] ?? '#495057';
    pen.beginPath();
    pen.roundRect(-length / 2, -width / 2, length, width, width * 0.35);
    pen.fill();
    pen.shadowColor = 'transparent';
    // The windscreen shows which way it goes.
    pen.fillStyle = 'rgb(255 255 255 / 75%)';
    pen.beginPath();
    pen.roundRect(length * 0.08, -width * 0.36, length * 0.2, width * 0.72, width * 0.15);
    pen.fill();
    pen.restore();
  }

  #area(corners: readonly Point[], colour: string): void {
    if (!corners.some((corner) => this.#view.isVisible(corner, NEARBY_M / 2))) return;
    this.#path(corners);
    this.#pen.fillStyle = colour;
    this.#pen.fill();
  }

  #line(points: readonly Point[], widthM: number, colour: string): void {
    this.#path(points);
    this.#pen.lineJoin = 'round';
    this.#pen.lineWidth = widthM * this.#view.pixelsPerM;
    this.#pen.strokeStyle = colour;
    this.#pen.stroke();
  }

  #path(points: readonly Point[]): void {
    this.#pen.beginPath();
    for (const point of points) {
      const { x, y } = this.#view.toScreen(point);
      this.#pen.lineTo(x, y);
    }
  }

  #square(x: number, y: number, sideM: number, colour: string): void {
    const corner = this.#view.toScreen({ x, y });
    const side = sideM * this.#view.pixelsPerM;
    this.#pen.fillStyle = colour;
    this.#pen.fillRect(corner.x, corner.y, side, side);
  }
}

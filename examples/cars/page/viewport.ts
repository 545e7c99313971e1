import { type Point, TILES, TOWN_M, tileAlong } from '../town.ts';

const PIXELS_PER_M_MIN = 0.22;
const PIXELS_PER_M_MAX = 3;
/** Tiles are asked for a little before they come into sight. */
const MARGIN_M = 60;

/** The part of the town that is on the screen. */
export class Viewport {
  center: Point = { x: TOWN_M / 2, y: TOWN_M / 2 };
  pixelsPerM = 0.75;
  width = 1;
  height = 1;

  toScreen({ x, y }: Point): Point {
    return {
      x: (x - this.center.x) * this.pixelsPerM + this.width / 2,
      y: (y - this.center.y) * this.pixelsPerM + this.height / 2,
    };
  }

  /** By so many pixels, as a finger does. */
  drag(dx: number, dy: number): void {
    const keep = (value: number): number => Math.min(TOWN_M, Math.max(0, value));
    this.center = {
      x: keep(this.center.x - dx / this.pixelsPerM),
      y: keep(this.center.y - dy / this.pixelsPerM),
    };
  }

  /** What is under the pointer stays there. */
  zoom(factor: number, at: Point = { x: this.width / 2, y: this.height / 2 }): void {
    const before = this.pixelsPerM;
    this.pixelsPerM = Math.min(PIXELS_PER_M_MAX, Math.max(PIXELS_PER_M_MIN, before * factor));
    const moved = 1 - before / this.pixelsPerM;
    this.drag(-(at.x - this.width / 2) * moved, -(at.y - this.height / 2) * moved);
  }

  isVisible({ x, y }: Point, marginM = 0): boolean {
    const { center, width, height, pixelsPerM } = this;
    return (
      Math.abs(x - center.x) < width / 2 / pixelsPerM + marginM &&
      Math.abs(y - center.y) < height / 2 / pixelsPerM + marginM
    );
  }

  visibleTiles(): Set<string> {
    const { center, width, height, pixelsPerM } = this;
    const [halfX, halfY] = [width / 2 / pixelsPerM + MARGIN_M, height / 2 / pixelsPerM + MARGIN_M];
    const tiles = new Set<string>();
    const [left, right] = [tileAlong(center.x - halfX), tileAlong(center.x + halfX)];
    const [top, bottom] = [tileAlong(center.y - halfY), tileAlong(center.y + halfY)];
    for (let x = left; x <= right && x < TILES; x++) {
      for (let y = top; y <= bottom && y < TILES; y++) tiles.add(`${x}-${y}`);
    }
    return tiles;
  }
}

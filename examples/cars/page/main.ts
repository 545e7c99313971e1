import { makeTown, TILES } from '../town.ts';
import { TownPicture } from './draw-town.ts';
import { countWebSockets, type Feed, type FeedEvents } from './feed.ts';
import { listenToHands } from './hands.ts';
import { MqttFeed } from './mqtt-feed.ts';
import { SkeinFeed } from './skein-feed.ts';
import { Tally } from './tally.ts';
import { Traffic } from './traffic.ts';
import { Viewport } from './viewport.ts';

const TILES_IN_ALL = TILES ** 2;
/** A moving hand changes what is visible sixty times a second; what is subscribed to follows when it rests a little. */
const SETTLE_MS = 150;
const SIGN_IN_MS = 2_000;

const canvas = document.querySelector('canvas') as HTMLCanvasElement;
const list = document.querySelector('dl') as HTMLDListElement;
const pen = canvas.getContext('2d') as CanvasRenderingContext2D;
const user = `visitor-${crypto.randomUUID().slice(0, 8)}`;

const view = new Viewport();
const picture = new TownPicture(makeTown(), view, pen);
let traffic = new Traffic();
let tally = new Tally();
let feed: Feed | null = null;
let watched: ReadonlySet<string> = new Set();
let settling: ReturnType<typeof setTimeout> | undefined;

countWebSockets((bytes) => tally.received(bytes));
listenToHands(canvas, view, viewMoved);
for (const input of document.querySelectorAll<HTMLInputElement>('input[name=way]'))
  input.addEventListener('change', () => listenBy(input.value));
addEventListener('resize', resize);
setInterval(secondPassed, 1_000);
resize();
listenBy('mqtt');
requestAnimationFrame(frame);

function listenBy(way: string): void {
  feed?.close();
  traffic = new Traffic();
  tally = new Tally();
  const mine = { traffic, tally };
  // What still comes from the way before is not counted as this one's.
  const events: FeedEvents = {
    moved: (id, place) => {
      mine.tally.moved();
      mine.traffic.moved(id, place, performance.now());
    },
    watching: (tiles) => {
      watched = tiles;
      mine.tally.watching(tiles.size);
    },
    received: (bytes) => mine.tally.received(bytes),
  };
  feed =
    way === 'mqtt'
      ? new MqttFeed(location.origin, user, events)
      : new SkeinFeed(location.origin, user, events);
  feed.watch(view.visibleTiles());
  setTimeout(() => mine.tally.settled(), SIGN_IN_MS);
  show();
}

function viewMoved(): void {
  clearTimeout(settling);
  settling = setTimeout(() => feed?.watch(view.visibleTiles()), SETTLE_MS);
}

function resize(): void {
  view.width = innerWidth;
  view.height = innerHeight;
  canvas.width = innerWidth * devicePixelRatio;
  canvas.height = innerHeight * devicePixelRatio;
  pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  viewMoved();
}

function frame(nowMs: number): void {
  picture.draw(traffic.shown(nowMs), watched);
  requestAnimationFrame(frame);
}

function secondPassed(): void {
  tally.secondPassed();
  show();
}

function show(): void {
  const inSight = [...traffic.shown(performance.now())].filter((car) => view.isVisible(car)).length;
  const rows = Object.entries(tally.rows(inSight, TILES_IN_ALL));
  list.replaceChildren(...rows.flatMap(([name, value]) => [element('dt', name), element('dd', value)]));
}

function element(name: string, text: string): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

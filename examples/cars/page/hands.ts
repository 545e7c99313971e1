import type { Viewport } from './viewport.ts';

const KEY_PX = 80;
const KEY_ZOOM = 1.3;
const WHEEL_ZOOM = 0.0016;

/** Moves and zooms the view by mouse, fingers, wheel and keys; tells when it did. */
export function listenToHands(canvas: HTMLCanvasElement, view: Viewport, moved: () => void): void {
  const fingers = new Map<number, { x: number; y: number }>();
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  for (const end of ['pointerup', 'pointercancel'] as const)
    canvas.addEventListener(end, (event) => fingers.delete(event.pointerId));
  canvas.addEventListener('pointermove', (event) => {
    const finger = fingers.get(event.pointerId);
    if (finger === undefined) return;
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    const here = { x: event.clientX, y: event.clientY };
    // One finger of two moves half of the picture.
    const share = other === undefined ? 1 : 0.5;
    view.drag((here.x - finger.x) * share, (here.y - finger.y) * share);
    if (other !== undefined) {
      const [before, now] = [finger, here].map(({ x, y }) => Math.hypot(x - other.x, y - other.y));
      view.zoom((now ?? 1) / Math.max(1, before ?? 1));
    }
    fingers.set(event.pointerId, here);
    moved();
  });
  canvas.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      view.zoom(Math.exp(-event.deltaY * WHEEL_ZOOM), { x: event.clientX, y: event.clientY });
      moved();
    },
    { passive: false },
  );
  canvas.addEventListener('keydown', ({ key }) => {
    const acts: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => view.drag(KEY_PX, 0),
      ArrowRight: () => view.drag(-KEY_PX, 0),
      ArrowUp: () => view.drag(0, KEY_PX),
      ArrowDown: () => view.drag(0, -KEY_PX),
      '+': () => view.zoom(KEY_ZOOM),
      '-': () => view.zoom(1 / KEY_ZOOM),
    };
    acts[key]?.();
    moved();
  });
}

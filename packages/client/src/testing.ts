/**
 * The client from its parts, for simulations and tests that bring their own clock, transport and storage, or that put a
 * broken part in the place of a sound one. Not for applications.
 */
export { MemoryCacheProvider } from './engine/cache/memory-cache.ts';
export { CounterBook } from './engine/outbox/counter-book.ts';
export { addRange } from './engine/sync/range-set.ts';
export { ENGINE_UNITS, type EngineUnits } from './engine/units.ts';
export { ClientFacade, type FacadeDeps } from './facade/client-facade.ts';
export { SCREEN_SIZES, type ScreenSizes } from './facade/screen-sizes.ts';
export { heartbeatPolicy, reconnectPolicy } from './profiles.ts';

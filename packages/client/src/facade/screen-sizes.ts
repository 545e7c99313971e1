/** How much of a log a timeline shows and asks for at once, in entries. */
export interface ScreenSizes {
  /** Of the newest, and of each step back or forward. */
  readonly page: number;
  /** On each side of the place that somebody jumped to. */
  readonly around: number;
  /** Fewer messages than this do not fill a screen: more is fetched. */
  readonly shown: number;
  /** What is asked of the server at once. */
  readonly fetch: number;
}

/** For people. A simulation draws smaller ones, since in short logs these would leave nothing out. */
export const SCREEN_SIZES: ScreenSizes = {
  page: 50,
  around: 30,
  shown: 20,
  // The server's largest page.
  fetch: 100,
};

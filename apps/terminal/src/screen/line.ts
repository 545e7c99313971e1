import { clip, fit, widthOf } from '../text/display-width.ts';

/** How a piece of text looks; what it means must be in its words too. */
export type Style = 'plain' | 'dim' | 'strong' | 'accent' | 'alarm' | 'selected';

export interface Span {
  readonly text: string;
  readonly style: Style;
}

/** One row of the screen, or of a part of it. */
export type Line = readonly Span[];

export function line(text: string, style: Style = 'plain'): Line {
  return [{ text, style }];
}

export function plainText(spans: Line): string {
  return spans.map(({ text }) => text).join('');
}

/** Exactly this wide. */
export function fitLine(spans: Line, width: number): Line {
  const fitted: Span[] = [];
  let left = width;
  for (const { text, style } of spans) {
    const clipped = clip(text, left);
    fitted.push({ text: clipped, style });
    left -= widthOf(clipped);
    if (clipped !== text) break;
  }
  return left > 0 ? [...fitted, { text: fit('', left), style: 'plain' }] : fitted;
}

/** The first at the left end, the second at the right end, which is what stays whole. */
export function spread(left: Line, right: Line, width: number): Line {
  const rightWidth = Math.min(width, widthOf(plainText(right)));
  return [...fitLine(left, width - rightWidth), ...fitLine(right, rightWidth)];
}

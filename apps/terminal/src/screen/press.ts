import { printable } from '../text/printable.ts';
import type { Key } from './key-reader.ts';
import { type Draft, type Edit, EMPTY, edit, textOf } from './line-editor.ts';

/** What the person is in the middle of. */
export interface Writing {
  readonly draft: Draft;
  readonly notices: readonly string[];
}

export type Effect =
  | { readonly type: 'submit'; readonly text: string }
  | {
      readonly type: 'scroll';
      readonly by: 'page-up' | 'page-down' | 'line-up' | 'line-down' | 'to-end' | 'to-start';
    }
  | { readonly type: 'next' | 'previous' | 'close' | 'redraw' | 'quit' | 'wrote' };

export type Pressed = readonly [Writing, readonly Effect[]];

/** What a key does. Pure: the screen carries the effects out. */
export function press(writing: Writing, key: Key): Pressed {
  // An answer has been read when the next key is pressed.
  const { draft } = writing;
  const isEmpty = textOf(draft) === '';
  switch (key.type) {
    case 'text':
      return wrote(draft, { type: 'insert', text: key.text });
    case 'paste':
      return wrote(draft, { type: 'insert', text: printable(key.text) });
    case 'newline':
      return wrote(draft, { type: 'insert', text: '\n' });
    case 'enter':
      return [{ draft: EMPTY, notices: [] }, [{ type: 'submit', text: textOf(draft) }]];
    case 'backspace':
      return wrote(draft, { type: 'erase-back' });
    case 'delete':
      return wrote(draft, { type: 'erase-forward' });
    case 'erase-word':
    case 'erase-to-start':
    case 'erase-to-end':
      return wrote(draft, { type: key.type });
    case 'left':
    case 'right':
      return moved(draft, { type: key.type });
    case 'start-of-text':
      return moved(draft, { type: 'start' });
    case 'end-of-text':
      return moved(draft, { type: 'end' });
    case 'home':
      return isEmpty ? acted(writing, { type: 'scroll', by: 'to-start' }) : moved(draft, { type: 'start' });
    case 'end':
      return isEmpty ? acted(writing, { type: 'scroll', by: 'to-end' }) : moved(draft, { type: 'end' });
    case 'up':
      return acted(writing, { type: 'scroll', by: 'line-up' });
    case 'down':
      return acted(writing, { type: 'scroll', by: 'line-down' });
    case 'page-up':
    case 'page-down':
      return acted(writing, { type: 'scroll', by: key.type });
    case 'next':
    case 'previous':
    case 'redraw':
      return acted(writing, { type: key.type });
    case 'escape':
      return writing.notices.length > 0 ? [{ draft, notices: [] }, []] : acted(writing, { type: 'close' });
    case 'interrupt':
      return isEmpty ? acted(writing, { type: 'quit' }) : wrote(draft, { type: 'erase-to-start' }, true);
    case 'end-of-input':
      return isEmpty ? acted(writing, { type: 'quit' }) : wrote(draft, { type: 'erase-forward' });
  }
}

function wrote(draft: Draft, change: Edit, isAll = false): Pressed {
  return [{ draft: isAll ? EMPTY : edit(draft, change), notices: [] }, [{ type: 'wrote' }]];
}

function moved(draft: Draft, change: Edit): Pressed {
  return [{ draft: edit(draft, change), notices: [] }, []];
}

function acted({ draft, notices }: Writing, effect: Effect): Pressed {
  const keepsNotices = effect.type === 'scroll' || effect.type === 'redraw';
  return [{ draft, notices: keepsNotices ? notices : [] }, [effect]];
}

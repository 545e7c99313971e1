import { type Limits, type Refusal, refuse } from '@skein/model';

/** [CV6] A title is counted in characters as people count them: a rare one is not two. */
export function judgeTitle(
  title: string,
  { titleCharactersMax: limit }: Pick<Limits, 'titleCharactersMax'>,
): Refusal | null {
  // A character is at most two UTF-16 units; the first test spares counting what is far too long.
  const isTooLong = title.length > limit * 2 || Array.from(title).length > limit;
  return isTooLong ? refuse('request.invalid', { limit }) : null;
}

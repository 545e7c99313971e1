/** What can be wrong with a history. The names are those of the rules in SPEC.md, CH1. */
export type Fault =
  | 'acked but never seen'
  | 'seen but never sent'
  | 'seen twice'
  | 'two ids at one seq'
  | 'one id at two seqs'
  | 'seen out of order'
  | 'gap after quiet'
  | 'own entries out of send order'
  | 'read past the end'
  | 'read marker went back'
  | 'seen after its recall'
  | 'seen outside of membership'
  | 'not the latest edit'
  | 'refused but seen'
  | 'acked at two seqs'
  | 'acked elsewhere than seen'
  | 'never answered'
  | 'not converged'
  | 'cut without a word'
  | 'digests differ'
  | 'sums differ'
  | 'trouble';

export interface Violation {
  readonly fault: Fault;
  readonly detail: string;
}

export type Report = (fault: Fault, detail: string) => void;

/**
 * One tokenizer of one encoding, ours or a peer's, behind the same few calls. All text is ordinary text: each adapter turns
 * special tokens off, in the way that costs its library least.
 */
export interface PeerTokenizer {
  readonly name: string;
  /** Number of tokens, by the fastest way that the library documents. */
  count(text: string): number;
  encode(text: string): ArrayLike<number>;
  decode?(ids: ArrayLike<number>): string;
}

/** A file bench/peers/NAME.ts exports `open`; `load` imports packages of bench/peers by name. */
export type OpenPeer = (
  encoding: string,
  // biome-ignore lint/suspicious/noExplicitAny: the peers' own types are only there where bench/peers is installed
  load: (specifier: string) => Promise<any>,
) => Promise<PeerTokenizer>;

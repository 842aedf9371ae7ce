/** A wording by which a sentence addresses an assistant, without one that shows the contrary. */
type AddressPattern = { readonly wording: RegExp; readonly except?: RegExp };

/**
 * A feature by which a sentence is recognised as addressed to an AI assistant (prompt injection): its weight, and a
 * pattern for each wording or language. The weight counts once, however many of the patterns match.
 */
export type AddressFeature = {
  readonly weight: number;
  readonly patterns: readonly AddressPattern[];
};

/** A wording by which a sentence addresses an assistant, without one that shows the contrary. */
type AddressPattern = { readonly wording: RegExp; readonly except?: RegExp };

/** A feature of sentences that address an assistant: its weight, and a pattern for each wording or language. */
export type AddressFeature = {
  readonly weight: number;
  readonly patterns: readonly AddressPattern[];
};

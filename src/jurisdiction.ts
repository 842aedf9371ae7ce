/**
 * The jurisdictions in which Durable Objects, D1 databases, R2 buckets and queues can be kept alike: the European Union,
 * the United States, and data centers with a FedRAMP authorization. Each runs and stores its data only inside.
 */
export const JURISDICTIONS = ["eu", "fedramp", "us"] as const;
/** A jurisdiction in which everything that a deployment stores can be kept. */
export type Jurisdiction = (typeof JURISDICTIONS)[number];

/** Tests whether a word, such as the region of a project, is a jurisdiction. */
export const isJurisdiction = (word: string): word is Jurisdiction =>
  JURISDICTIONS.some((jurisdiction) => jurisdiction === word);

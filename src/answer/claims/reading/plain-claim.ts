/**
 * Returns the words of a sentence that a model wrote in Markdown: without images, tags and the addresses of links, which
 * claim nothing.
 */
export function plainClaim(sentence: string): string {
  return sentence.replaceAll(IMAGE, " ").replaceAll(LINK, "$1").replaceAll(TAG, " ");
}

// The lengths are bounded, so that a text of opening brackets alone is read in linear time.
const IMAGE = /!\[[^[\]]{0,300}\]\([^()]{0,500}\)/gu;
const LINK = /\[([^[\]]{1,300})\]\([^()]{0,500}\)/gu;
const TAG = /<\/?[a-z][^<>]{0,500}>/giu;

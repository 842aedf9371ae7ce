/** Maximum length of an answer, except lists, steps and summaries, in UTF-16 code units. */
export const ANSWER_CHARACTERS_MAX = 300;

/** Words at the beginning of a sentence that cannot be understood without the one before it. */
const POINTS_BACK =
  /^(?:(?:it|its|they|their|them|this|these|those|that|he|she|his|her|him|both|neither|such|otherwise|however|instead|afterwards|then|er|sie|es|dies\w*|jene\w*|il|elle|ils|elles|cela|este|esta|esto|ello)\b|これ|それ|这|它)/iu;

/** Tests whether a sentence begins with a word that stands for something in the sentence before it. */
export const pointsBack = (text: string) => POINTS_BACK.test(text);

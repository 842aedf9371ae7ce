const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/u;

/** Tests whether a text has letters of a script that is written from right to left. */
export const readsRightToLeft = (text: string): boolean => RIGHT_TO_LEFT.test(text);

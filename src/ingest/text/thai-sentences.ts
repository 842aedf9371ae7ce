/**
 * Thai has no full stop and no capitals. A space stands between sentences, but also between clauses, around names and
 * numbers, and in lists. It is taken for the end of a sentence where the text since the last one is long enough, and
 * neither the words before nor those after it show that the sentence goes on.
 */
export function endsThaiSentence(text: string, from: number, space: number, next: number): boolean {
  if (space - from < THAI_SENTENCE_MIN) return false;
  if (!isThai(text.charCodeAt(space - 1)) || !isThai(text.charCodeAt(next))) return false;
  const isLong = space - from >= THAI_SENTENCE_LONG;
  if (CONTINUES.some((word) => text.startsWith(word, next))) return false;
  if (UNFINISHED.some((word) => text.endsWith(word, space) && space - word.length >= from))
    return false;
  if (isOpen(text, from, space)) return isLong;
  return isLong || STARTS.some((word) => text.startsWith(word, next));
}

/** Minimum length of a Thai sentence, in characters. */
const THAI_SENTENCE_MIN = 60;
/** From this length on, a space ends a sentence also before a word that does not begin one as a rule. */
const THAI_SENTENCE_LONG = 120;

const words = (list: string) => list.split(" ");

/** Words that go on with a sentence: "and", "or", "which", "that", "by", "for", "of", "such as", "therefore". */
const CONTINUES: readonly string[] = words(
  "และ หรือ ซึ่ง ที่ โดย เพื่อ ของ แห่ง ว่า จึง ก็ ตลอดจน รวมถึง รวมทั้ง เช่น ได้แก่ คือ เป็น แต่ จาก จน กับ แก่ ด้วย ไม่ว่า อันเป็น อัน ทำให้ ส่งผล " +
    "ทั้ง ตาม แล้ว ให้ ถูก มี ได้ อยู่ นี้ นั้น ๆ ฯ",
);

/** Words after which a sentence is not complete. */
const UNFINISHED: readonly string[] = words(
  "และ หรือ ซึ่ง ที่ โดย เพื่อ ของ แห่ง ว่า ชื่อ คือ เป็น เช่น ได้แก่ กับ ใน จาก ต่อ แก่ ด้วย เมื่อ นาย นาง นางสาว ดร. ประมาณ ราว เกี่ยวกับ ระหว่าง ร่วมกับ",
);

/** Words that begin a sentence. */
const STARTS: readonly string[] = words(
  "ใน เมื่อ หลัง ก่อน อย่างไรก็ตาม นอกจาก ดังนั้น ต่อมา ปัจจุบัน ขณะ ระหว่าง ตั้งแต่ หาก ถ้า แม้ เขา เธอ พวกเขา มัน การ ความ ผู้ นัก สิ่ง เรื่อง ตัวอย่าง " +
    "อีก ส่วน สำหรับ เนื่องจาก เพราะ บาง หลาย ทุก คน ชาว ประเทศ เมือง กรุง บริษัท องค์กร โดยทั่วไป ตาม วัน ปี ณ ทาง",
);

/** Tests whether a parenthesis or a quotation mark is open at a position. */
function isOpen(text: string, from: number, to: number): boolean {
  let depth = 0;
  let quotes = 0;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code === 40) depth++;
    else if (code === 41) depth = Math.max(0, depth - 1);
    else if (code === 34) quotes++;
  }
  return depth > 0 || quotes % 2 === 1;
}

/** Tests whether a UTF-16 code unit is of the Thai script. */
export const isThai = (code: number) => code >= 0xe00 && code < 0xe80;

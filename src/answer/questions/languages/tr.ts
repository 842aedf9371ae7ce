import type { QuestionLanguage } from "../question-language.ts";

/** Turkish. */
export const TURKISH_QUESTIONS: QuestionLanguage = {
  code: "tr",
  script: /\p{Script=Latin}/u,
  isSpaced: true,
  letters: "ğış",
  asks: {
    duration: "ne kadar süre*|ne kadar sür*|süresi ne kadar",
    number: "kaç|kaçıncı|ne kadar|yüzde kaç|kaça|kaç tane|hangi oranda|fiyatı nedir",
    time: "ne zaman|hangi yıl*|hangi tarih*|hangi gün*|hangi ay*|saat kaçta|hangi yüzyıl*",
    person: "kim|kimin|kime|kimi|kimler|kiminle",
    place: "nerede|nereye|nereden|nerde|neresi|hangi ülke*|hangi şehir*|hangi bölge*",
    reason: "neden|niçin|niye",
    name: "hangi|hangisi|hangileri|adı|ismi|adı nedir",
  },
  questionWords: "ne|nasıl|nedir|nelerdir|mı|mi|mu|mü|mıdır|midir|mudur|müdür|var mı",
  functionWords:
    "ama|ancak|bana|ben|beni|benim|bir|biz|bizim|bu|çok|da|daha|de|değil|diye|en|gibi|hem|her|için|ile|ise|kadar|ki|mi|mı|mu|" +
    "mü|o|olan|olarak|olan|oldu|olduğu|olur|on|onlar|onun|sen|sizin|şu|var|ve|veya|ya|yok|sonra|önce|tarafından",
  framing:
    "gerekir|gerekiyor|lazım|zorunda|edebilir|olabilir|anlama|gelir|demek|maliyeti|fiyatı|fark|arasındaki|tam|olarak|" +
    "izin|verilir|açıkla|özetle|adımlar|kurallar",
  times:
    "ocak|şubat|mart|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık|yüzyıl*|pazartesi|salı|çarşamba|perşembe|" +
    "cuma|cumartesi|pazar|yılında|saat",
  numbers:
    "bir|iki|üç|dört|beş|altı|yedi|sekiz|dokuz|on|yirmi|otuz|yüz|bin|milyon*|milyar*|yarım|yarısı|çeyrek|yüzde",
  durations: "saniye*|dakika*|saat*|gün*|gece*|hafta*|ay|aylık|ayda|yıl*|sene*|yüzyıl*",
  reasons: "çünkü|nedeniyle|dolayı|yüzünden|sayesinde|bu yüzden|bu nedenle|amacıyla",
  references:
    "de ayrıca|ayrıca|o|onu|ona|onun|onlar|onların|onları|bu|bunu|buna|bunun|bunlar|şu|orada|oraya|aynı|aynısı|ikisi",
  continuations: "yani|demek istediğim|ve|veya|ama|peki|peki ya|evet|hayır|ya|başka",
  definitions: "nedir|ne demek|ne anlama gelir|ne anlama geliyor|tanımı|kimdir",
  abstentions: {
    silent: "Model yanıt vermedi.",
    unsupported: "Kaynaklar bu soruya yanıt vermiyor.",
    no_documents:
      "Yalnızca belgelerden yanıt veriyorum: file_search aracıyla en az bir vector store belirtin.",
  },
};

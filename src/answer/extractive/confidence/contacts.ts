/** A kind of contact data: `asked` matches a question for it, `given` matches a text that contains it. */
type Contact = { readonly asked: RegExp; readonly given: RegExp };

const CONTACTS: readonly Contact[] = [
  {
    asked:
      /\b(?:(?:tele)?phone|fax|mobile) (?:number|no\b)|\b(?:telefon|fax|handy|rufn|durchwahl)\p{L}*|\bnum[ée]ro (?:de )?t[ée]l[ée](?:phone|fono)|\bn[uú]mero de (?:tel[eé]fono|telefone)|\bnumero di telefono|\btelefoonnummer|\bnumer telefonu|номер телефона|電話番号|电话(?:号码)?|전화번호|رقم (?:ال)?هاتف|หมายเลขโทรศัพท์|फ़ोन नंबर|số điện thoại|מספר (?:ה)?טלפון/iu,
    given:
      /\+?\(?\d[\d\s()/.-]{4,}\d|\b(?:ext|extension|durchwahl|poste|tel|phone|fax)\b\.?:?\s*\d{2,}/iu,
  },
  {
    asked:
      /\be-?mail[- ]?(?:address|id)\b|\b(?:e-?mail|mail)[- ]?(?:adress|adres)\p{L}*|\badresse (?:e-?mail|électronique)|\bcorreo electrónico|\bindirizzo e-?mail|\bendereço de e-?mail|адрес (?:электронной )?почты|メールアドレス|(?:邮箱|电子邮件)地址|이메일 주소/iu,
    given: /[\p{L}\p{N}._+-]+@[\p{L}\p{N}-]+\.[\p{L}\p{N}.]+/u,
  },
];

/** Tests whether a question asks for a telephone number or an e-mail address that `text` does not contain. */
export const lacksContact = (question: string, text: string): boolean =>
  CONTACTS.some(({ asked, given }) => asked.test(question) && !given.test(text));

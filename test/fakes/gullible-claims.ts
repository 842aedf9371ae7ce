/** A claim that a gullible model writes about a document, with a citation of it. */
export type GullibleClaim = {
  /** The name of its script, such as `says-en-number`. */
  readonly script: string;
  readonly language: keyof typeof DOCUMENTS;
  /** The kind of the mistake; `true` if there is none. */
  readonly kind: string;
  readonly claim: string;
};

/** Documents with facts that can be stated wrongly, by language. */
export const DOCUMENTS = {
  en: `The notice period is 30 days. Employees have 28 days of annual leave. Overtime is not paid.

Anna Meier leads the sales team. Rent rose by 5 percent in 2023. The contract began on 3 May 2021.

The warehouse in Hamburg has more space than the one in Bremen. All employees may work from home on Fridays.
`,
  de: `Die Kündigungsfrist beträgt 30 Tage. Überstunden werden nicht bezahlt. Der Vertrag begann am 3. Mai 2021.\n`,
  fr: `Le délai de préavis est de 30 jours. Les heures supplémentaires ne sont pas payées.\n`,
  es: `El plazo de preaviso es de 30 días. Las horas extra no se pagan.\n`,
  it: `Il periodo di preavviso è di 30 giorni. Gli straordinari non sono pagati.\n`,
  zh: `通知期为30天。加班不支付报酬。\n`,
  ja: `通知期間は30日です。残業代は支払われません。\n`,
  th: `ระยะเวลาแจ้งล่วงหน้าคือ 30 วัน\n\nบริษัทไม่จ่ายค่าล่วงเวลา\n`,
  ar: `مدة الإشعار 30 يوما. لا يتم دفع أجر العمل الإضافي.\n`,
};

const CLAIMS: Readonly<Record<keyof typeof DOCUMENTS, Readonly<Record<string, string>>>> = {
  en: {
    true: "The notice period is 30 days.",
    number: "The notice period is 60 days.",
    unit: "The notice period is 30 weeks.",
    date: "The contract began on 3 June 2021.",
    name: "Peter Klein leads the sales team.",
    subject: "Contractors have 28 days of annual leave.",
    negation: "Employees do not have 28 days of annual leave.",
    affirmation: "Overtime is paid.",
    comparison: "The warehouse in Hamburg has less space than the one in Bremen.",
    direction: "Rent fell by 5 percent in 2023.",
    quantifier: "Only some employees may work from home on Fridays.",
    modality: "All employees must work from home on Fridays.",
    joined: "The notice period is 28 days.",
    overlap: "Whales sing in the deep ocean.",
  },
  de: {
    true: "Die Kündigungsfrist beträgt 30 Tage.",
    number: "Die Kündigungsfrist beträgt 60 Tage.",
    negation: "Die Kündigungsfrist beträgt nicht 30 Tage.",
    affirmation: "Überstunden werden bezahlt.",
    date: "Der Vertrag begann am 3. Juni 2021.",
  },
  fr: {
    true: "Le délai de préavis est de 30 jours.",
    number: "Le délai de préavis est de 60 jours.",
    affirmation: "Les heures supplémentaires sont payées.",
  },
  es: {
    true: "El plazo de preaviso es de 30 días.",
    number: "El plazo de preaviso es de 60 días.",
    affirmation: "Las horas extra se pagan.",
  },
  it: {
    true: "Il periodo di preavviso è di 30 giorni.",
    number: "Il periodo di preavviso è di 60 giorni.",
    affirmation: "Gli straordinari sono pagati.",
  },
  zh: {
    true: "通知期为30天。",
    number: "通知期为60天。",
    affirmation: "加班支付报酬。",
  },
  ja: {
    true: "通知期間は30日です。",
    number: "通知期間は60日です。",
    affirmation: "残業代は支払われます。",
  },
  th: {
    true: "ระยะเวลาแจ้งล่วงหน้าคือ 30 วัน",
    number: "ระยะเวลาแจ้งล่วงหน้าคือ 60 วัน",
    affirmation: "บริษัทจ่ายค่าล่วงเวลา",
  },
  ar: {
    true: "مدة الإشعار 30 يوما.",
    number: "مدة الإشعار 60 يوما.",
    affirmation: "يتم دفع أجر العمل الإضافي.",
  },
};

/** All claims that the gullible model can write. */
export const GULLIBLE_CLAIMS: readonly GullibleClaim[] = languages().flatMap((language) =>
  Object.entries(CLAIMS[language]).map(([kind, claim]) => ({
    script: `says-${language}-${kind}`,
    language,
    kind,
    claim,
  })),
);

function languages(): (keyof typeof DOCUMENTS)[] {
  return ["en", "de", "fr", "es", "it", "zh", "ja", "th", "ar"];
}

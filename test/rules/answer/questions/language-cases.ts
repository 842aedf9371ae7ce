import type { ExpectedAnswer } from "../../../../src/answer/questions/asked-kind.ts";

/** Questions of one language by what they ask for, and a text of it with `¦` where a sentence ends. */
export type LanguageCase = {
  readonly questions: Readonly<Partial<Record<ExpectedAnswer, readonly string[]>>>;
  /** A sentence that gives a duration, one that gives a reason, and one that gives neither. */
  readonly duration: string;
  readonly reason: string;
  readonly neither: string;
  readonly sentences: string;
};

/** The cases, by the code of the language. */
export const LANGUAGE_CASES: Readonly<Record<string, LanguageCase>> = {
  en: {
    questions: {
      time: ["When does the office open?", "In which year was it built?"],
      number: ["How many days are there?", "what percentage is paid"],
      duration: ["How long is the warranty?"],
      person: ["Who signs the contract?", "whose desk is this"],
      place: ["Where is the depot?", "which city is it in?"],
      reason: ["Why was it moved?"],
      name: ["Which plan includes support?"],
      any: ["What happens when a bike is stolen?", "Is it open?"],
    },
    duration: "The warranty lasts two years.",
    reason: "It moved because of the rent.",
    neither: "The warranty is good.",
    sentences:
      "It was built c. 1066, see lit. a of No. 5, e.g. Chapter 3.5 by J. R. Smith.¦ The answer is no.¦ It fell.",
  },
  de: {
    questions: {
      time: ["Wann öffnet das Büro?", "In welchem Jahr wurde es gebaut?"],
      number: ["Wie viele Tage gibt es?", "wie hoch ist die selbstbeteiligung"],
      duration: ["Wie lange gilt die Garantie?"],
      person: ["Wer unterschreibt den Vertrag?"],
      place: ["Wo ist das Lager?", "In welcher Stadt ist es?"],
      reason: ["Warum wurde es verlegt?"],
      name: ["Welcher Tarif enthält Support?"],
      any: ["Was passiert, wenn ein Rad gestohlen wird?"],
    },
    duration: "Die Garantie gilt zwei Jahre.",
    reason: "Es zog um, weil die Miete stieg.",
    neither: "Die Garantie ist gut.",
    sentences:
      "Das gilt z. B. Montags, d. h. Nie, nach Art. 3 Abs. 2 lit. b ab dem 3. Oktober für ca. 3.5 Meter.¦ Es kostet 12.¦ Ende.",
  },
  fr: {
    questions: {
      time: ["Quand le bureau ouvre-t-il ?", "En quelle année a-t-il été construit ?"],
      number: ["Combien de jours y a-t-il ?", "Quel est le prix du forfait ?"],
      duration: ["Combien de temps dure la garantie ?"],
      person: ["Qui signe le contrat ?"],
      place: ["Où se trouve le dépôt ?", "Dans quelle ville est-il ?"],
      reason: ["Pourquoi a-t-il déménagé ?"],
    },
    duration: "La garantie dure deux ans.",
    reason: "Il a déménagé à cause du loyer.",
    neither: "La garantie est bonne.",
    sentences: "Mme. Dupont signe, voir art. 5 et chap. Trois de M. Hugo.¦ Il part.",
  },
  es: {
    questions: {
      time: ["¿Cuándo abre la oficina?", "a que hora tengo que llegar el primer dia"],
      number: ["¿Cuántos días hay?", "¿Cuánto cuesta el menú?"],
      duration: ["¿Cuánto tiempo dura la garantía?"],
      person: ["¿Quién firma el contrato?"],
      place: ["¿Dónde está el almacén?", "¿En qué ciudad está?"],
      reason: ["¿Por qué se trasladó?"],
    },
    duration: "La garantía dura dos años.",
    reason: "Se trasladó debido a la renta.",
    neither: "La garantía es buena.",
    sentences: "La Sra. Gil firma, véase el art. 3 y la pág. 12.¦ Fin.",
  },
  it: {
    questions: {
      time: ["Quando apre l'ufficio?", "In quale anno è stato costruito?"],
      number: ["Quanti giorni ci sono?", "Quanto costa il menù?"],
      duration: ["Per quanto tempo vale la garanzia?"],
      person: ["Chi firma il contratto?"],
      place: ["Dove si trova il deposito?", "In quale città si trova?"],
      reason: ["Perché è stato spostato?"],
    },
    duration: "La garanzia vale due anni.",
    reason: "È stato spostato a causa dell'affitto.",
    neither: "La garanzia è buona.",
    sentences: "Il Dott. Rossi firma, si veda art. 3 e pag. 12.¦ Fine.",
  },
  pt: {
    questions: {
      time: ["Quando abre o escritório?", "Em que ano foi construído?"],
      number: ["Quantos dias há?", "Qual é o preço do plano?"],
      duration: ["Quanto tempo dura a garantia?"],
      person: ["Quem assina o contrato?"],
      place: ["Onde fica o armazém?", "Em que cidade fica?"],
      reason: ["Por que foi transferido?"],
    },
    duration: "A garantia dura dois anos.",
    reason: "Foi transferido devido ao aluguel.",
    neither: "A garantia é boa.",
    sentences: "A Sra. Silva assina, ver art. 3 e pág. 12.¦ Fim.",
  },
  nl: {
    questions: {
      time: ["Wanneer gaat het kantoor open?", "In welk jaar is het gebouwd?"],
      number: ["Hoeveel dagen zijn er?", "Wat kost het menu?"],
      duration: ["Hoe lang geldt de garantie?"],
      person: ["Wie tekent het contract?"],
      place: ["Waar is het depot?", "In welke stad is het?"],
      reason: ["Waarom is het verplaatst?"],
    },
    duration: "De garantie geldt twee jaar.",
    reason: "Het is verplaatst omdat de huur steeg.",
    neither: "De garantie is goed.",
    sentences: "Dhr. Bos tekent, zie art. 3 en blz. 12, bijv. Deel twee.¦ Einde.",
  },
  pl: {
    questions: {
      time: ["Kiedy otwiera się biuro?", "W którym roku został zbudowany?"],
      number: ["Ile dni jest wolnych?", "Jaka jest cena planu?"],
      duration: ["Jak długo trwa gwarancja?"],
      person: ["Kto podpisuje umowę?"],
      place: ["Gdzie jest magazyn?", "W którym mieście jest?"],
      reason: ["Dlaczego go przeniesiono?"],
    },
    duration: "Gwarancja trwa dwa lata.",
    reason: "Przeniesiono go, ponieważ wzrósł czynsz.",
    neither: "Gwarancja jest dobra.",
    sentences: "Zob. art. 5 ust. 2, np. Rozdział i ul. Długa.¦ Koniec.",
  },
  ru: {
    questions: {
      time: ["Когда открывается офис?", "В каком году он построен?"],
      number: ["Сколько дней отпуска?", "Какая цена тарифа?"],
      duration: ["Как долго действует гарантия?"],
      person: ["Кто подписывает договор?"],
      place: ["Где находится склад?", "В каком городе он находится?"],
      reason: ["Почему его перенесли?"],
    },
    duration: "Гарантия действует два года.",
    reason: "Его перенесли из-за аренды.",
    neither: "Гарантия хорошая.",
    sentences: "М. А. Булгаков, т. е. Мастер, см. рис. 3 и ст. 5 на ул. Ленина.¦ Конец.",
  },
  tr: {
    questions: {
      time: ["Ofis ne zaman açılıyor?", "Hangi yıl yapıldı?"],
      number: ["Kaç gün iznim var?", "Yüzde kaç ödeniyor?"],
      duration: ["Garanti ne kadar sürer?"],
      person: ["Sözleşmeyi kim imzalıyor?"],
      place: ["Depo nerede?", "Hangi şehirde?"],
      reason: ["Neden taşındı?"],
    },
    duration: "Garanti iki yıl sürer.",
    reason: "Kira nedeniyle taşındı.",
    neither: "Garanti iyi.",
    sentences: "Bkz. md. 5 ve Dr. Kaya, örn. Bölüm iki.¦ Son.",
  },
  vi: {
    questions: {
      time: ["Khi nào văn phòng mở cửa?", "Năm nào nó được xây dựng?"],
      number: ["Có bao nhiêu ngày nghỉ?"],
      duration: ["Bảo hành kéo dài bao lâu?"],
      person: ["Ai ký hợp đồng?"],
      place: ["Kho ở đâu?", "Nó ở thành phố nào?"],
      reason: ["Tại sao nó được chuyển?"],
    },
    duration: "Bảo hành kéo dài hai tháng.",
    reason: "Nó được chuyển bởi vì tiền thuê tăng.",
    neither: "Chất lượng rất tốt.",
    sentences: "TP. Hồ Chí Minh rất đẹp.¦ ThS. Lan sống ở đó.¦ Hết.",
  },
  hi: {
    questions: {
      time: ["कार्यालय कब खुलता है?", "यह किस वर्ष बना?"],
      number: ["कितने दिन की छुट्टी है?"],
      duration: ["वारंटी कितने समय की है?"],
      person: ["अनुबंध पर हस्ताक्षर कौन करता है?"],
      place: ["गोदाम कहाँ है?", "यह किस शहर में है?"],
      reason: ["इसे क्यों बदला गया?"],
    },
    duration: "वारंटी दो साल की है।",
    reason: "किराए के कारण इसे बदला गया।",
    neither: "वारंटी अच्छी है।",
    sentences: "डॉ. शर्मा यहाँ हैं।¦ यह दूसरा वाक्य है।¦ समाप्त।",
  },
  th: {
    questions: {
      time: ["สำนักงานเปิดเมื่อไร", "สร้างขึ้นในปีใด"],
      number: ["มีวันลากี่วันต่อปี", "ราคาเท่าไร"],
      duration: ["การรับประกันนานเท่าไร"],
      person: ["ใครเป็นผู้ลงนามในสัญญา"],
      place: ["คลังสินค้าอยู่ที่ไหน", "อยู่ในเมืองใด"],
      reason: ["ทำไมจึงย้าย"],
    },
    duration: "การรับประกันมีอายุสองปี",
    reason: "ย้ายเพราะค่าเช่าสูงขึ้น",
    neither: "การรับประกันดีมาก",
    sentences:
      "บริษัทก่อตั้งขึ้นในกรุงเทพมหานครโดยวิศวกรสองคนที่เคยทำงานร่วมกันมาก่อน และขยายไปยังเชียงใหม่ในเวลาต่อมา¦ ปัจจุบันบริษัทมีพนักงานมากกว่าสองร้อยคน ซึ่งทำงานอยู่ในสำนักงานสามแห่งทั่วประเทศ",
  },
  ja: {
    questions: {
      time: ["事務所はいつ開きますか?", "何年に建てられましたか?"],
      number: ["休暇はいくつありますか?", "料金はいくらですか"],
      duration: ["保証は何年間ですか?"],
      person: ["誰が契約書に署名しますか?"],
      place: ["倉庫はどこにありますか?"],
      reason: ["なぜ移転しましたか?"],
    },
    duration: "保証は二年です。",
    reason: "家賃が上がったため移転しました。",
    neither: "保証はよいです。",
    sentences: "一つ目です。¦二つ目は3.5メートルです!¦三つ目ですか?",
  },
  zh: {
    questions: {
      time: ["办公室什么时候开门?", "它是哪一年建成的?"],
      number: ["有多少天假期?", "价格是多少"],
      duration: ["保修期有多久?"],
      person: ["谁签署合同?"],
      place: ["仓库在哪里?", "它在哪个城市?"],
      reason: ["为什么搬迁?"],
    },
    duration: "保修期为两年。",
    reason: "因为租金上涨,所以搬迁。",
    neither: "保修很好。",
    sentences: "第一句。¦第二句是3.5米!¦第三句?",
  },
  ko: {
    questions: {
      time: ["사무실은 언제 엽니까?"],
      number: ["비용은 얼마인가요?", "연차는 며칠인가요?"],
      duration: ["보증은 얼마나 오래 유효한가요?"],
      person: ["누가 계약서에 서명하나요?"],
      place: ["창고는 어디에 있나요?"],
      reason: ["왜 이전했나요?"],
    },
    duration: "보증은 2년입니다.",
    reason: "임대료 때문에 이전했습니다.",
    neither: "보증은 좋습니다.",
    sentences: "첫 문장입니다.¦ 둘째 문장은 3.5미터입니다.¦ 끝입니다.",
  },
  ar: {
    questions: {
      time: ["متى يفتح المكتب؟", "في أي عام بني؟"],
      number: ["كم يبلغ السعر؟", "ما عدد الموظفين؟"],
      duration: ["كم من الوقت يستمر الضمان؟"],
      person: ["من يوقع العقد؟"],
      place: ["أين يقع المستودع؟", "في أي مدينة يقع؟"],
      reason: ["لماذا تم نقله؟"],
    },
    duration: "مدة الضمان ثلاث سنوات.",
    reason: "تم نقله بسبب الإيجار.",
    neither: "الضمان جيد.",
    sentences: "الجملة الأولى.¦ هل هذه الثانية؟¦ الجملة رقم 3.5 هنا.",
  },
  he: {
    questions: {
      time: ["מתי נפתח המשרד?", "באיזו שנה הוא נבנה?"],
      number: ["כמה עולה התפריט?"],
      duration: ["כמה זמן תקפה האחריות?", "מה משך האחריות?"],
      person: ["מי חותם על החוזה?"],
      place: ["איפה המחסן?", "באיזו עיר הוא נמצא?"],
      reason: ["מדוע הוא הועבר?"],
    },
    duration: "האחריות תקפה שלוש שנים.",
    reason: "הוא הועבר בגלל שכר הדירה.",
    neither: "האחריות טובה.",
    sentences: "זו שורה אחת.¦ וזו שורה של 3.5 מטר.¦ סוף.",
  },
};

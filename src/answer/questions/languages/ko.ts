import type { QuestionLanguage } from "../question-language.ts";

/** Korean. Particles are attached to words, so entries are found anywhere. */
export const KOREAN_QUESTIONS: QuestionLanguage = {
  code: "ko",
  script: /\p{Script=Hangul}/u,
  isSpaced: false,
  letters: "",
  asks: {
    duration: "얼마나 오래|얼마 동안|얼마동안|몇 년 동안|몇 년간|기간은",
    number: "얼마|며칠|몇|얼마나|몇 개|몇 명|몇 번|몇 퍼센트|몇 살|비율은|가격은|비용은|수는",
    time: "언제|몇 년도|몇 년에|몇 월|몇 시|어느 해|어느 날|무슨 요일|몇 세기|어느 시기|날짜는",
    person: "누구|누가|누굴|어떤 사람|어느 사람",
    place: "어디|어느 나라|어느 도시|어느 지역|어떤 나라|어떤 도시|장소는",
    reason: "왜|어째서|무엇 때문|무슨 이유|이유는",
    name: "무엇이라고|뭐라고|이름은|어느|어떤|무슨|명칭은",
  },
  questionWords: "무엇|뭐|뭔가|어떻게|인가요|나요|까요|습니까|입니까",
  functionWords:
    "무엇|어떤|어떻게|그리고|또는|하지만|그러나|있는|있다|있습니다|없는|하는|한다|합니다|된다|됩니다|대한|대해|위해|통해|및|등|것",
  framing: "의미|뜻|차이|설명|요약|해야|필요|가능|허용|방법|단계|규칙|비용|가격|이름|알려",
  times: "세기|년대|월요일|화요일|수요일|목요일|금요일|토요일|일요일|오전|오후|정오|자정",
  numbers: "하나|둘|셋|넷|다섯|여섯|일곱|여덟|아홉|열|백|천|만|억|절반|퍼센트",
  durations: "초|분|시간|일|밤|주|주일|개월|달|분기|년|해|세기",
  reasons: "때문|왜냐하면|덕분|따라서|그래서|위해|위하여|인해|이유",
  references: "그것|이것|저것|그|이|그들|그녀|거기|그곳|여기|같은|둘 다|해당",
  continuations: "제 말은|그러니까|그럼|그러면|그리고|하지만|그런데|또|네|예|아니요|그 외",
  definitions: "무엇인가요|란 무엇|이란 무엇|무슨 뜻|뜻이 뭐|의 의미|정의|누구인가요",
  abstentions: {
    silent: "모델이 답변하지 않았습니다.",
    unsupported: "출처에 이 질문에 대한 답이 없습니다.",
    no_documents:
      "문서에 근거해서만 답변합니다. file_search 도구로 vector store를 하나 이상 지정해 주세요.",
  },
};

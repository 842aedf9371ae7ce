import type { QuestionLanguage } from "../question-language.ts";

/** Portuguese, of Portugal and of Brazil. */
export const PORTUGUESE_QUESTIONS: QuestionLanguage = {
  code: "pt",
  script: /\p{Script=Latin}/u,
  isSpaced: true,
  letters: "ãõç",
  asks: {
    duration:
      "quanto tempo|por quanto tempo|quanto dura|quanto duram|quanto demora|qual a duração|qual é a duração",
    number:
      "quanto|quanta|quantos|quantas|qual o preço|qual é o preço|qual o valor|qual é o valor|que percentagem|" +
      "que porcentagem|qual a porcentagem|que número|que idade|que tamanho|com que frequência",
    time: "quando|a que horas|que horas|que ano|em que ano|qual a data|que data|que dia|que dias|que mês|que século|desde quando|até quando",
    person: "quem|de quem|a quem|com quem",
    place: "onde|aonde|de onde|que país|qual país|que cidade|qual cidade|que região|que lugar",
    reason: "por que|porquê|por quê|porque é que|qual o motivo|qual a razão",
    name: "qual|quais|como se chama|como se chamam|nome",
  },
  questionWords: "o que|o quê|que|como|existe|há|posso|devo",
  functionWords:
    "a|ao|aos|as|às|à|até|com|como|da|das|de|dela|dele|do|dos|e|é|ela|elas|ele|eles|em|entre|era|essa|esse|esta|está|este|" +
    "eu|foi|for|há|isso|isto|já|lhe|mais|mas|me|meu|minha|meus|minhas|na|nas|não|nem|no|nos|nós|o|os|ou|para|pela|pelas|" +
    "pelo|pelos|por|que|se|sem|ser|seu|sua|seus|suas|são|sobre|também|te|tem|têm|um|uma|umas|uns|você|vocês|um",
  framing:
    "tenho|tem|devo|deve|posso|pode|podem|preciso|custa|custam|significa|diz|acontece|diferença|exatamente|permitido|" +
    "possível|explique|resuma|passos|regras",
  times:
    "janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro|século|séculos|década|" +
    "segunda-feira|terça-feira|quarta-feira|quinta-feira|sexta-feira|sábado*|domingo*|meio-dia|meia-noite",
  numbers:
    "um|dois|duas|três|quatro|cinco|seis|sete|oito|nove|dez|onze|doze|dúzia*|vinte|trinta|cem|cento|centenas|mil|milhão|" +
    "milhões|metade|terço|quarto|por cento",
  durations:
    "segundo*|minuto*|hora|horas|dia|dias|noite|noites|semana|semanas|mês|meses|trimestre*|ano|anos|década*|século*",
  reasons: "porque|devido a|devido ao|por causa de|já que|para que|pois|graças a|a fim de|portanto",
  references:
    "também|ele|ela|eles|elas|dele|dela|deles|delas|isso|isto|aquilo|esse|essa|esses|essas|aquele|aquela|ali|lá|mesmo|mesma|ambos",
  continuations:
    "quero dizer|quis dizer|e|ou|mas|então|sim|não|e se|e quanto a|que tal|mais alguma coisa",
  definitions:
    "o que é|o que são|o que significa|o que quer dizer|definição de|quem é|quem foi|quem era",
  abstentions: {
    silent: "O modelo não deu nenhuma resposta.",
    unsupported: "As fontes não permitem responder a esta pergunta.",
    no_documents:
      "Respondo apenas a partir de documentos: indique pelo menos um vector store com a ferramenta file_search.",
  },
};

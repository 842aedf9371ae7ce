import type { QuestionLanguage } from "../question-language.ts";

/** Spanish. */
export const SPANISH_QUESTIONS: QuestionLanguage = {
  code: "es",
  script: /\p{Script=Latin}/u,
  isSpaced: true,
  letters: "ñ¿¡",
  asks: {
    duration: "cuánto tiempo|cuánto dura|cuánto duran|cuánto tarda|qué duración|durante cuánto",
    number:
      "cuánto|cuánta|cuántos|cuántas|qué porcentaje|qué número|qué cantidad|qué precio|qué edad|qué tamaño|qué distancia|" +
      "qué altura|qué proporción|cuál es el precio|cuál es el importe|con qué frecuencia",
    time: "cuándo|a qué hora|qué hora|qué año|qué fecha|qué día|qué días|qué mes|qué siglo|desde cuándo|hasta cuándo",
    person: "quién|quiénes|a quién|de quién",
    place: "dónde|adónde|de dónde|qué país|qué ciudad|qué región|qué lugar",
    reason: "por qué|cuál es la razón|a qué se debe",
    name: "cuál|cuáles|cómo se llama|cómo se llaman|nombre",
  },
  questionWords: "qué|cómo|hay|puedo|puede|debo",
  functionWords:
    "a|al|algo|como|con|de|del|desde|donde|e|el|él|ella|ellas|ellos|en|entre|era|es|esa|ese|eso|esta|está|este|esto|fue|ha|" +
    "han|hay|la|las|le|les|lo|los|más|me|mi|mis|muy|ni|no|nos|o|os|para|pero|por|que|se|sea|ser|si|sin|sobre|son|su|sus|" +
    "tu|tus|un|una|unas|unos|y|ya|yo",
  framing:
    "tengo|tiene|tienen|debo|debe|puedo|puede|cuesta|cuestan|significa|dice|pasa|diferencia|entre|exactamente|permitido|" +
    "posible|necesito|explica|resume|pasos|reglas",
  times:
    "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|siglo|siglos|década|lunes|" +
    "martes|miércoles|jueves|viernes|sábado*|domingo*|mediodía|medianoche",
  numbers:
    "uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|docena*|veinte|treinta|cien|ciento|cientos|mil|millón|" +
    "millones|mitad|tercio|cuarto|por ciento",
  durations:
    "segundo*|minuto*|hora|horas|día|días|noche|noches|semana|semanas|mes|meses|trimestre*|año|años|década*|siglo*",
  reasons: "porque|debido a|a causa de|ya que|para que|puesto que|por eso|gracias a|con el fin de",
  references:
    "también|él|ella|ello|ellos|ellas|eso|esto|ese|esa|esos|esas|este|estos|estas|aquel|aquella|aquellos|allí|ahí|lo mismo|ambos|" +
    "ambas",
  continuations:
    "quiero decir|quería decir|y|o|pero|entonces|sí|no|qué hay de|qué tal|qué pasa con|algo más",
  definitions:
    "qué es|qué son|qué significa|qué quiere decir|definición de|quién es|quién era|quién fue|define",
  abstentions: {
    silent: "El modelo no ha dado ninguna respuesta.",
    unsupported: "Las fuentes no permiten responder a esta pregunta.",
    no_documents:
      "Solo respondo a partir de documentos: indique al menos un vector store con la herramienta file_search.",
  },
};

import type { SmallTalkTable } from "./small-talk-table.ts";

/** English. */
const ENGLISH: SmallTalkTable = {
  isSpaced: true,
  phrases: {
    greeting:
      "hello|helo|hi|hii|hey|hiya|howdy|yo|greetings|good morning|good afternoon|good evening|good day|gm|morning|how are you|how are you doing|how are you today|how are things|how do you do|how's it going|how is it going|what's up|sup|nice to meet you|pleased to meet you|is anybody there|is anyone there|anybody there|anyone there|are you there|welcome",
    thanks:
      "thank you|thanks|thank u|thanx|thx|tx|ty|tysm|many thanks|cheers|much appreciated|appreciated|appreciate it|i appreciate it|i appreciate that|i appreciate your help|thank you for your help|thanks for your help|thank you for the help|thanks for the help|thank you for all your help|thanks for all your help|thank you for helping|thanks for helping|thank you for helping me|thanks for helping me|that helped|that helps|that was helpful|very helpful|this was helpful|good job|great job|nice job|well done|good bot|great answer|good answer|nice one|you are great|you're great|you are the best|you're the best|you are awesome|you're awesome",
    farewell:
      "bye|bye bye|goodbye|good bye|good night|see you|see you later|see you soon|see you tomorrow|see you around|see ya|cya|farewell|take care|have a nice day|have a good day|have a great day|have a nice evening|have a good evening|have a good one|have a nice weekend|have a good weekend|until next time|talk to you later|talk to you soon|ttyl|that's all|that is all|that will be all|that's it",
    about:
      "who are you|who're you|who r u|what are you|what can you do|what can u do|what can you do for me|what can you help with|what can you help me with|what can i ask|what can i ask you|what could you do|what do you do|what do you know|what are you able to do|what are you capable of|what are your capabilities|what are your skills|what is your name|what's your name|what is your purpose|what's your purpose|do you have a name|how can you help|how can you help me|how can you assist me|how do you work|how do i use you|are you a bot|are you a chatbot|are you a robot|are you a machine|are you a human|are you human|are you an ai|are you ai|are you real|are you a real person|introduce yourself|please introduce yourself|tell me about yourself|tell me something about yourself|describe yourself|who made you|who built you|who created you|which model are you|what model are you|what kind of model are you|which model is this|help|help me|please help|please help me|can you help|can you help me|could you help me|i need help|i need some help|i need your help|i have a question|i have a question for you|i've a question|i have some questions|i've got a question|can i ask a question|can i ask you a question|can i ask you something|may i ask a question|may i ask you something",
  },
  fillers:
    "there|everyone|everybody|again|so much|very much|a lot|a bunch|a million|very|really|ok|okay|oh|ah|aha|well|great|cool|nice|perfect|awesome|wonderful|excellent|fantastic|lovely|brilliant|super|alright|all right|all|got it|i see|understood|yes|yeah|yep|no|please|dear|friend|my friend|buddy|mate|bot|assistant|sir|madam|team|guys|folks|edgewise|ai|chatbot|robot|and|then|now|today|for now|in advance|for that|for this|for everything|for your help|for the help|for all your help|for helping|for helping me|for the answer|for your answer|for the information|for the info|for the quick answer|for your time|you|you too|to you|to you too|sorry|excuse me|just|exactly",
  questionWords:
    "how|what|what's|when|where|where's|who|who's|whom|whose|why|which|is|are|was|were|do|does|did|can|could|will|would|should|may|must|has|have|had|i|i'd|i'm|my|we|our|the|if|tell|give|show|list|explain|describe|summarise|summarize|find|please",
  openings: {
    greeting: "Hello!",
    thanks: "You're welcome!",
    farewell: "Goodbye!",
    about: "I am the built-in model of Edgewise.",
  },
  ability:
    "I answer questions from your documents, and cite the passages that my answers come from.",
  advice:
    "To give me documents, name a vector store: with the file_search tool, or as the model 'store:' followed by its id.",
};

/** German. */
const GERMAN: SmallTalkTable = {
  isSpaced: true,
  phrases: {
    greeting:
      "hallo|hallöchen|hey|hi|guten morgen|guten tag|guten abend|guten mittag|morgen|moin|moin moin|servus|grüß gott|grüß dich|grüezi|grüß sie|tag|tach|wie geht es dir|wie geht es ihnen|wie geht's|wie geht's dir|wie geht es|alles klar bei dir|ist da jemand|bist du da",
    thanks:
      "danke|danke schön|dankeschön|vielen dank|vielen lieben dank|herzlichen dank|besten dank|tausend dank|lieben dank|danke sehr|danke dir|danke ihnen|ich danke dir|ich danke ihnen|merci|danke für die hilfe|danke für deine hilfe|danke für ihre hilfe|vielen dank für die hilfe|vielen dank für deine hilfe|vielen dank für ihre hilfe|das hat geholfen|das hilft mir|sehr hilfreich|gut gemacht",
    farewell:
      "tschüss|tschüs|tschau|ciao|auf wiedersehen|auf wiederhören|wiedersehen|bis bald|bis dann|bis später|bis morgen|bis zum nächsten mal|gute nacht|schönen tag|schönen tag noch|einen schönen tag|einen schönen tag noch|schönen abend|schönen abend noch|schönes wochenende|mach's gut|machen sie's gut|ade|pfiat di|das war's|das ist alles",
    about:
      "wer bist du|wer sind sie|was bist du|was sind sie|was kannst du|was kannst du alles|was können sie|was kannst du tun|was können sie tun|was kannst du für mich tun|was können sie für mich tun|was machst du|was machen sie|wie heißt du|wie heißen sie|wie ist dein name|wie ist ihr name|wobei kannst du helfen|wobei kannst du mir helfen|wobei können sie mir helfen|wie kannst du helfen|wie kannst du mir helfen|wie können sie mir helfen|wie funktionierst du|was weißt du|bist du ein bot|bist du ein roboter|bist du ein mensch|bist du eine ki|sind sie ein mensch|sind sie ein bot|stell dich vor|stelle dich vor|stellen sie sich vor|erzähl mir von dir|welches modell bist du|wer hat dich gemacht|hilfe|hilf mir|ich brauche hilfe|kannst du mir helfen|können sie mir helfen|ich habe eine frage|ich hätte eine frage|darf ich etwas fragen|darf ich dich etwas fragen|darf ich sie etwas fragen",
  },
  fillers:
    "sehr|schon mal|noch|nochmal|nochmals|zusammen|ihr|alle|alle zusammen|leute|ok|okay|ach|ach so|ah|aha|gut|super|toll|prima|perfekt|klasse|wunderbar|alles klar|ja|nein|bitte|lieber|liebe|bot|assistent|edgewise|und|dann|jetzt|heute|im voraus|dafür|für alles|für die hilfe|für deine hilfe|für ihre hilfe|für die antwort|für ihre antwort|für deine antwort|für die auskunft|für die info|entschuldigung|auch|ebenfalls|ihnen|dir",
  questionWords:
    "wie|was|wann|wo|wohin|woher|wer|wen|wem|wessen|warum|wieso|weshalb|welche|welcher|welches|welchen|welchem|wozu|womit|wofür|ist|sind|war|hat|habe|haben|kann|können|darf|muss|müssen|soll|wird|werden|gibt|gilt|ich|mein|meine|wir|der|die|das|nenne|zeige|erkläre|fasse|bitte",
  openings: {
    greeting: "Guten Tag!",
    thanks: "Gern geschehen!",
    farewell: "Auf Wiedersehen!",
    about: "Ich bin das eingebaute Modell von Edgewise.",
  },
  ability:
    "Ich beantworte Fragen aus Ihren Dokumenten und belege die Antworten mit den Stellen, aus denen sie stammen.",
  advice:
    "Um mir Dokumente zu geben, nennen Sie einen Vector Store: mit dem Werkzeug file_search, oder als Modell 'store:' mit seiner Id.",
};

/** French. */
const FRENCH: SmallTalkTable = {
  isSpaced: true,
  phrases: {
    greeting:
      "bonjour|bonsoir|salut|coucou|bonne journée à vous|comment allez-vous|comment vas-tu|comment ça va|ça va|enchanté|enchantée|il y a quelqu'un|allô",
    thanks:
      "merci|merci beaucoup|merci bien|un grand merci|mille mercis|je vous remercie|je te remercie|merci pour votre aide|merci pour ton aide|merci de votre aide|merci de ton aide|merci infiniment|c'est très utile|très utile|bien joué|bravo",
    farewell:
      "au revoir|adieu|à bientôt|à plus|à plus tard|à demain|à tout à l'heure|à la prochaine|bonne journée|bonne soirée|bonne nuit|bon week-end|bon weekend|salutations|c'est tout|ce sera tout",
    about:
      "qui es-tu|qui êtes-vous|tu es qui|vous êtes qui|qu'es-tu|qu'est-ce que tu es|que peux-tu faire|que pouvez-vous faire|qu'est-ce que tu peux faire|qu'est-ce que vous pouvez faire|que sais-tu faire|que savez-vous faire|que peux-tu faire pour moi|que pouvez-vous faire pour moi|que fais-tu|que faites-vous|comment t'appelles-tu|comment vous appelez-vous|quel est ton nom|quel est votre nom|comment peux-tu m'aider|comment pouvez-vous m'aider|es-tu un robot|êtes-vous un robot|es-tu un humain|êtes-vous humain|es-tu une ia|êtes-vous une ia|présente-toi|présentez-vous|parle-moi de toi|quel modèle es-tu|qui t'a créé|aide|aide-moi|aidez-moi|à l'aide|j'ai besoin d'aide|peux-tu m'aider|pouvez-vous m'aider|j'ai une question|puis-je poser une question|je peux poser une question",
  },
  fillers:
    "à tous|à toutes|tous|toi|vous|à vous|à toi|aussi|encore|beaucoup|ok|d'accord|ah|oh|bien|très bien|super|parfait|génial|excellent|oui|non|s'il vous plaît|s'il te plaît|svp|cher|chère|mon ami|monsieur|madame|edgewise|assistant|et|alors|maintenant|d'avance|pour tout|pour votre aide|pour ton aide|de votre aide|pour l'aide|pour la réponse|pour votre réponse|pour ta réponse|pour l'info|pour ça|pour cela|pardon|excusez-moi",
  questionWords:
    "comment|que|qu'est-ce|quoi|quand|où|qui|pourquoi|quel|quelle|quels|quelles|combien|est-ce|est|sont|a-t-il|peut|peut-on|puis-je|dois-je|je|mon|ma|mes|nous|le|la|les|donnez|donne|montrez|expliquez|explique|résume|résumez",
  openings: {
    greeting: "Bonjour !",
    thanks: "Avec plaisir !",
    farewell: "Au revoir !",
    about: "Je suis le modèle intégré d’Edgewise.",
  },
  ability:
    "Je réponds aux questions à partir de vos documents, en citant les passages dont viennent mes réponses.",
  advice:
    "Pour me donner des documents, indiquez un vector store : avec l’outil file_search, ou comme modèle « store: » suivi de son identifiant.",
};

/** Spanish. */
const SPANISH: SmallTalkTable = {
  isSpaced: true,
  phrases: {
    greeting:
      "hola|buenos días|buen día|buenas tardes|buenas noches|buenas|saludos|qué tal|qué tal estás|cómo estás|cómo está|cómo está usted|cómo te va|encantado|encantada|mucho gusto|hay alguien ahí|hay alguien",
    thanks:
      "gracias|muchas gracias|muchísimas gracias|mil gracias|te lo agradezco|se lo agradezco|te agradezco|le agradezco|gracias por tu ayuda|gracias por su ayuda|gracias por la ayuda|muchas gracias por tu ayuda|muchas gracias por su ayuda|muy útil|muy amable|buen trabajo|bien hecho",
    farewell:
      "adiós|chao|chau|hasta luego|hasta pronto|hasta mañana|hasta la vista|hasta la próxima|nos vemos|que tengas un buen día|que tenga un buen día|que te vaya bien|cuídate|eso es todo|nada más",
    about:
      "quién eres|quién eres tú|quién es usted|qué eres|qué puedes hacer|qué puede hacer|qué puedes hacer por mí|qué puede hacer por mí|qué sabes hacer|qué haces|qué sabes|cómo te llamas|cómo se llama|cómo se llama usted|cuál es tu nombre|cuál es su nombre|cómo puedes ayudarme|cómo puede ayudarme|cómo me puedes ayudar|en qué puedes ayudarme|en qué me puedes ayudar|en qué puede ayudarme|cómo funcionas|eres un bot|eres un robot|eres humano|eres una persona|eres una ia|preséntate|háblame de ti|cuéntame sobre ti|qué modelo eres|quién te creó|ayuda|ayúdame|ayúdeme|necesito ayuda|puedes ayudarme|puede ayudarme|me puedes ayudar|tengo una pregunta|puedo hacerte una pregunta|puedo hacer una pregunta",
  },
  fillers:
    "a todos|todos|de nuevo|otra vez|también|muy|mucho|ok|vale|ah|oh|bien|muy bien|genial|perfecto|excelente|estupendo|sí|no|por favor|estimado|estimada|amigo|amiga|señor|señora|edgewise|asistente|y|entonces|ahora|de antemano|por todo|por tu ayuda|por su ayuda|por la ayuda|por la respuesta|por tu respuesta|por su respuesta|por la información|por eso|a ti|a usted|perdón|disculpe",
  questionWords:
    "cómo|qué|cuándo|dónde|quién|quiénes|cuál|cuáles|cuánto|cuánta|cuántos|cuántas|es|son|está|hay|puedo|puede|se|tengo|mi|mis|nosotros|el|la|los|las|dime|dígame|muestra|explica|resume",
  openings: {
    greeting: "¡Hola!",
    thanks: "¡De nada!",
    farewell: "¡Hasta pronto!",
    about: "Soy el modelo integrado de Edgewise.",
  },
  ability:
    "Respondo a preguntas a partir de sus documentos y cito los pasajes de los que proceden las respuestas.",
  advice:
    "Para darme documentos, indique un vector store: con la herramienta file_search, o como modelo 'store:' seguido de su id.",
};

/** Italian. */
const ITALIAN: SmallTalkTable = {
  isSpaced: true,
  phrases: {
    greeting:
      "ciao|salve|buongiorno|buon giorno|buonasera|buona sera|buon pomeriggio|come stai|come sta|come va|tutto bene|piacere|piacere di conoscerti|c'è qualcuno",
    thanks:
      "grazie|grazie mille|molte grazie|tante grazie|mille grazie|grazie tante|ti ringrazio|la ringrazio|grazie per l'aiuto|grazie per il tuo aiuto|grazie per il suo aiuto|grazie dell'aiuto|molto utile|ottimo lavoro|ben fatto|bravo",
    farewell:
      "arrivederci|arrivederla|addio|a presto|a dopo|a domani|ci vediamo|alla prossima|buona giornata|buona serata|buonanotte|buona notte|buon fine settimana|è tutto|questo è tutto",
    about:
      "chi sei|chi sei tu|chi è lei|cosa sei|che cosa sei|cosa puoi fare|che cosa puoi fare|cosa può fare|cosa sai fare|che cosa sai fare|cosa puoi fare per me|cosa può fare per me|cosa fai|che cosa fai|come ti chiami|come si chiama|qual è il tuo nome|qual è il suo nome|come puoi aiutarmi|come può aiutarmi|come mi puoi aiutare|in cosa puoi aiutarmi|come funzioni|sei un bot|sei un robot|sei umano|sei una persona|sei un'ia|presentati|parlami di te|che modello sei|quale modello sei|chi ti ha creato|aiuto|aiutami|mi aiuti|ho bisogno di aiuto|puoi aiutarmi|può aiutarmi|mi puoi aiutare|ho una domanda|posso fare una domanda|posso farti una domanda",
  },
  fillers:
    "a tutti|tutti|di nuovo|ancora|anche|molto|ok|va bene|ah|oh|bene|benissimo|ottimo|perfetto|fantastico|sì|no|per favore|per piacere|caro|cara|amico|signore|signora|edgewise|assistente|e|allora|adesso|in anticipo|di tutto|per l'aiuto|per il tuo aiuto|per il suo aiuto|dell'aiuto|per tutto|per la risposta|della risposta|per le informazioni|per questo|a te|a lei|scusa|scusi",
  questionWords:
    "come|che|cosa|quando|dove|chi|perché|quale|quali|quanto|quanta|quanti|quante|è|sono|c'è|ci|posso|può|si|devo|ho|il|lo|la|i|gli|le|dimmi|mi|mostra|spiega|riassumi",
  openings: {
    greeting: "Buongiorno!",
    thanks: "Prego!",
    farewell: "Arrivederci!",
    about: "Sono il modello integrato di Edgewise.",
  },
  ability:
    "Rispondo alle domande a partire dai suoi documenti e cito i passaggi da cui vengono le risposte.",
  advice:
    "Per darmi dei documenti, indichi un vector store: con lo strumento file_search, o come modello 'store:' seguito dal suo id.",
};

/**
 * The small talk of the languages of Europe. A phrase that occurs in the tables of several languages counts as the
 * first of these languages.
 */
export const EUROPEAN_TABLES: readonly SmallTalkTable[] = [
  ENGLISH,
  GERMAN,
  FRENCH,
  SPANISH,
  ITALIAN,
];

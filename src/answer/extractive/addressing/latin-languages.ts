import type { AddressWords } from "./address-words.ts";

/** The languages of the Latin script but English, which has its own features. */
export const LATIN_LANGUAGES: Readonly<Record<string, AddressWords>> = {
  german: {
    script: "Latin",
    verb: "first",
    ignore:
      "ignorier(?:e|t)? | ignorieren sie | missachte(?:n sie)? | vergiss | vergesst | vergessen sie | überschreibe? | überschreiben sie | umgehe | umgehen sie | befolge(?:n sie)? (?:nicht|keine) | beachte(?:n sie)? (?:nicht|keine) | verwirf | setz* … außer kraft",
    told: "(?:anweisung|instruktion|regel|vorgabe|befehl|richtlinie|aufforderung|einschränkung)* | (?:system-?)?prompts? | alles,? (?:was|bisherige|vorherige|obige|davor)* | (?:bisherig|vorherig|obig|vorangegangen)*",
    unless: "nicht, | nicht … zu | wenn | falls | sofern | außer",
    role: "(?:du bist|sie sind) (?:jetzt|nun|ab jetzt|ab sofort|ab nun|künftig) (?:eine?|der|die|das|kein|keine|mein|meine) | ab (?:sofort|jetzt) (?:bist|antwort|sprich|verhalt)* | von nun an (?:bist|antwort|sprich)* | (?:wenn|falls) (?:du|sie) … (?:ki|sprachmodell|assistent|bot)* … (?:bist|sind) | tu so,? als (?:ob|wärst|seist)* | verhalte dich wie | spiele? die rolle",
    reveal:
      "(?:gib|nenn|verrat|zeig|sag|druck|wiederhol|offenbar|schreib|geben sie|nennen sie|zeigen sie)* … (?:system-?prompt|deine (?:anweisung|instruktion|regel)|ihre anweisung|deine versteckt|geheime (?:anweisung|codes?|schlüssel)|ursprünglichen anweisung)* | (?:mir|uns) (?:bitte )?(?:dein|ihr|euer|das)e?n? (?:passwort|kennwort|geheimnis|zugangscode|api-schlüssel)* | was ist (?:dein|ihr) (?:passwort|kennwort|system-?prompt)",
    reply:
      "antworte(?:n sie)? (?:nur|ausschließlich|stattdessen|ab jetzt|ab sofort) | in deine[rn]? (?:antwort|ausgabe|zusammenfassung)* | deine (?:antwort|ausgabe|zusammenfassung) (?:muss|soll|darf|beginnt)* | (?:sag|teile?|informiere?|erkläre?|empfiehl)(?: sie)? dem (?:nutzer|benutzer|anwender|leser)* | sag(?:e|en sie)? (?:stattdessen|einfach|nur),? (?:dass)?",
    pass: "(?:sende|schick|leite|übermittle|veröffentliche|lade|poste|maile)(?:n sie|e)?",
    data: "(?:gesprächsverlauf|chatverlauf|unterhaltung|nutzerdaten|benutzerdaten|zugangsdaten|kontodaten|passwörter)* | daten (?:des|der) (?:nutzer|benutzer|anwender)* | alle (?:e-?mails|nachrichten|dateien|kontakte)",
    call: "achtung | hinweis (?:an|für) | nachricht (?:an|für) | anweisung (?:an|für) | hallo | liebe[rs]? | an alle | wichtig für",
    machine: `ki | ki-(?:assistent|modell|system|agent|bot)* | künstliche intelligenz | sprachmodell* | assistent(?:en)?`,
  },
  dutch: {
    script: "Latin",
    verb: "first",
    ignore: "negeer | vergeet | sla … over | volg … niet | omzeil | overschrijf",
    told: "(?:instructie|aanwijzing|opdracht|richtlijn|beperking)* | (?:alle|deze|de|je|jouw|uw|vorige|eerdere) regels | (?:systeem)?prompts? | alles (?:wat|hierboven) | (?:vorige|eerdere|bovenstaande) (?:tekst|berichten)",
    unless: "niet | als | indien | tenzij",
    role: "(?:je bent|u bent|jij bent) (?:nu|vanaf nu|voortaan) (?:een|de|het|mijn|geen) | vanaf nu (?:ben|antwoord|gedraag)* | doe alsof | gedraag je als | speel de rol | als je een (?:ai|taalmodel|assistent)* bent",
    reveal:
      "(?:geef|toon|onthul|noem|vertel|herhaal|print|laat) … (?:systeemprompt|je instructies|jouw instructies|uw instructies|geheime) | (?:geef|vertel|zeg|stuur) (?:mij|me|ons) (?:je|jouw|uw|het) (?:wachtwoord|geheim)* | wat is (?:je|jouw|uw) (?:wachtwoord|systeemprompt)",
    reply:
      "antwoord (?:alleen|enkel|uitsluitend|voortaan) | in (?:je|jouw) (?:antwoord|samenvatting)* | (?:je|jouw) antwoord (?:moet|mag|begint)* | (?:vertel|zeg|adviseer|informeer)(?: tegen)? de (?:gebruiker|lezer) | zeg (?:in plaats daarvan|alleen)",
    pass: "stuur | verstuur | verzend | mail | upload | deel | plaats",
    data: "gespreksgeschiedenis | chatgeschiedenis | dit gesprek | gebruikersgegevens | inloggegevens | gegevens van de gebruiker | alle (?:e-?mails|berichten|bestanden|contacten)",
    call: "let op | bericht (?:aan|voor) | instructie (?:aan|voor) | hallo | beste | aan alle | belangrijk voor",
    machine: `ai | ai-(?:assistent|model|agent)* | taalmodel* | kunstmatige intelligentie | assistent*`,
  },
  swedish: {
    script: "Latin",
    verb: "first",
    ignore: "ignorera | glöm(?: bort)? | bortse från | strunta i | åsidosätt | följ inte",
    told: "(?:instruktion|anvisning|riktlinj|begränsning)* | (?:alla|dina|de|tidigare) (?:regler|order)* | (?:system)?prompt* | allt (?:som|ovan|ovanför|tidigare)",
    unless: "inte | om | såvida",
    role: "du är (?:nu|från och med nu|numera) (?:en|ett|min|inte) | från och med nu (?:är|ska|svara)* | låtsas (?:att|vara) | agera som | om du är en (?:ai|språkmodell|assistent)*",
    reveal:
      "(?:visa|avslöja|skriv|berätta|upprepa|ange|ge) … (?:systemprompt|dina instruktioner|dolda instruktioner|hemliga)* | (?:ge|berätta|säg|skicka) (?:för )?(?:mig|oss) ditt (?:lösenord|hemlig)* | vad är ditt lösenord",
    reply:
      "svara (?:bara|endast|istället) | i ditt svar | ditt svar (?:måste|ska|får)* | (?:säg|berätta|informera|rekommendera)(?: till| för)? användaren | säg (?:istället|bara)",
    pass: "skicka | vidarebefordra | mejla | ladda upp | publicera",
    data: "konversation* | chatthistorik* | användaruppgift* | inloggningsuppgift* | användarens (?:data|uppgifter|lösenord)* | alla (?:mejl|meddelanden|filer|kontakter)",
    call: "obs | meddelande till | instruktion till | hej | kära | till alla | viktigt för",
    machine: `ai | ai-(?:assistent|modell|agent)* | språkmodell* | artificiell intelligens | assistent*`,
  },
  danish: {
    script: "Latin",
    verb: "first",
    ignore: "ignor(?:er|ér) | glem | se bort fra | tilsidesæt | overhold ikke | følg ikke",
    told: "(?:instruktion|instruks|anvisning|retningslinje|begrænsning)* | (?:alle|dine|tidligere) (?:regler|ordrer) | (?:system)?prompt* | alt (?:hvad|som|ovenfor|ovenstående|tidligere)",
    unless: "ikke | hvis | medmindre",
    role: "du er (?:nu|fra nu af|fremover|nå|fra nå av) (?:en|et|min|ikke) | fra nu af (?:er|skal|svar)* | fra nå av (?:er|skal|svar)* | (?:lad|late) som (?:om|du) | opfør dig som | hvis du er en (?:ai|sprogmodel|assistent)*",
    reveal:
      "(?:vis|afslør|skriv|fortæl|gentag|oplys|giv) … (?:systemprompt|dine instruktioner|skjulte instruktioner|hemmelige)* | (?:giv|fortæl|sig|send) (?:mig|os) (?:din|dit) (?:adgangskode|kodeord|hemmelig)* | hvad er (?:din|dit) (?:adgangskode|kodeord)",
    reply:
      "svar (?:kun|udelukkende|i stedet) | i dit svar | dit svar (?:skal|må)* | (?:fortæl|sig|informer|anbefal)(?: til)? bruger* | sig (?:i stedet|bare|kun)",
    pass: "send | videresend | upload | offentliggør",
    data: "samtale* | chathistorik* | brugerdata* | loginoplysning* | brugerens (?:data|oplysninger|adgangskode)* | alle (?:mails|e-mails|beskeder|filer|kontakter)",
    call: "obs | besked til | instruktion til | hej | kære | til alle | vigtigt for",
    machine: `ai | ai-(?:assistent|model|agent)* | sprogmodel* | språkmodell* | kunstig intelligens | assistent*`,
  },
  french: {
    script: "Latin",
    verb: "first",
    ignore:
      "ignore[sz]? | oublie[sz]? | ne (?:tiens|tenez) (?:pas|plus|aucun) compte | ne (?:suis|suivez|respecte|respectez) (?:pas|plus) | faites? abstraction | passe[sz]? outre | néglige[sz]? | contourne[sz]?",
    told: "(?:instruction|consigne|directive|restriction)* | (?:toutes les|tes|vos|les|ces) (?:règles|ordres) | (?:invite|prompt)s?(?: système)? | tout ce (?:que|qui)* | (?:précédent|ci-dessus)*",
    unless: "n'(?:oublie|ignore)[sz]? pas | ne les (?:oublie|ignore)z? pas | si | sauf | lorsque",
    role: "(?:tu es|vous êtes) (?:maintenant|désormais|à présent) (?:une?|le|la|mon|ma) | (?:à partir de|dès) maintenant,? (?:tu|vous|répond)* | désormais,? (?:tu|vous) (?:es|êtes|répond|dois|devez)* | fai(?:s|tes) (?:semblant|comme si) | (?:comporte-toi|comportez-vous|agis|agissez) comme | joue[sz]? le rôle | si (?:tu es|vous êtes) … (?:ia|modèle de langage|assistant)*",
    reveal:
      "(?:donne|révèle|affiche|montre|répète|imprime|dévoile|écris|écrivez|communique|fournis)* … (?:prompt (?:système|initial)|(?:tes|vos) (?:instruction|consigne|règle)|invite système|instructions (?:secrètes|cachées|initiales)) | (?:donne|donnez|dis|dites|envoie|envoyez)-(?:moi|nous) (?:ton|ta|votre|le) (?:mot de passe|code|clé|secret)* | quel est (?:le|ton|votre) mot de passe",
    reply:
      "répond(?:s|ez) (?:uniquement|seulement|désormais|exclusivement) | dans (?:ta|votre|tes|vos) réponses? | (?:ta|votre) réponse (?:doit|devra|commence)* | (?:dis|dites|indique|indiquez|informe|informez|recommande|recommandez|conseille|conseillez)(?: à)? l'(?:utilisateur|utilisatrice|internaute)* | (?:dis|dites) (?:plutôt|simplement|seulement)",
    pass: "envoie[sz]? | transmet(?:s|tez) | transfère[sz]? | publie[sz]? | partage[sz]? | téléverse[sz]?",
    data: "historique de (?:la )?(?:conversation|discussion) | cette conversation | (?:données|identifiants|mots? de passe|informations) de l'utilisateur | tous (?:les|mes) (?:e-?mails|messages|fichiers|contacts)",
    call: "attention | note (?:à|pour) | message (?:à|pour) | instruction (?:à|pour) | bonjour | cher* | à tou(?:s|tes) les | à l'attention de",
    machine: `ia | modèles? de langage | intelligence artificielle | assistants? (?:ia|virtuels?|ai) | assistant`,
  },
  spanish: {
    script: "Latin",
    verb: "first",
    ignore:
      "ignor(?:a|e|en|ad) | olvid(?:a|e|en|ad) | olvídate de | haz caso omiso | haga(?:n)? caso omiso | descart(?:a|e)n? | desestim(?:a|e)n? | omit(?:e|a)n? | no (?:sigas|siga|hagas caso|obedezcas) | desobedece",
    told: "(?:instrucci|indicaci|directriz|directric|directiva|restricci)* | (?:todas las|tus|sus|las|esas|estas) (?:reglas|órdenes|normas) | prompts?(?: del sistema)? | todo lo (?:anterior|que|dicho)* | (?:anterior)(?:es)?",
    unless: "no (?:olvid|ignor)(?:e|es|en) | si | salvo | excepto | cuando",
    role: "(?:tú )?(?:ahora eres|eres ahora) (?:una?|el|la|mi) | a partir de ahora,? (?:eres|serás|responde|debes|actúa|vas)* | desde ahora,? (?:eres|responde|debes|actúa)* | finge (?:que|ser) | actúa como (?:si|un|una) | compórtate como | (?:haz|interpreta) el papel de | si eres … (?:ia|modelo de lenguaje|asistente|bot)*",
    reveal:
      "(?:da|dame|revela|muestra|imprime|repite|escribe|dime|cuenta|comparte|enseña)* … (?:prompt (?:del sistema|inicial)|tus (?:instrucciones|reglas)|instrucciones (?:secretas|ocultas|iniciales|originales)) | (?:dame|dime|denos|dinos|envíame|mándame) (?:tu|su|la) (?:contraseña|clave|secreto)* | cuál es (?:tu|su|la) contraseña",
    reply:
      "(?:responde|responda|contesta|conteste) (?:solo|sólo|únicamente|solamente|ahora|exclusivamente) | en (?:tu|tus) respuestas? | tu respuesta (?:debe|tiene que|empieza)* | (?:di|dile|dígale|informa|indica|indícale|recomienda|recomiéndale)(?: al?)? (?:al )?usuario | di (?:en su lugar|simplemente|solamente|que sí)",
    pass: "envía(?:l[oa]s?)? | envíe | manda | reenvía | transfiere | publica | comparte | sube",
    data: "historial (?:de la conversación|del chat|de chat) | esta conversación | (?:datos|contraseñas?|credenciales|información) del usuario | (?:datos|información) de (?:los|las) (?:empleados|clientes|usuarios) | todos (?:los|mis) (?:correos|mensajes|archivos|contactos)",
    call: "atención | nota para | mensaje (?:a|para) | instrucción para | hola | estimad* | a tod[oa]s l[oa]s",
    machine: `ia | modelos? de lenguaje | inteligencia artificial | asistentes? (?:de ia|virtual|virtuales) | asistente`,
  },
  italian: {
    script: "Latin",
    verb: "first",
    ignore:
      "ignora(?:te)? | ignori | dimentica(?:te|ti)? | dimentichi | trascura(?:te)? | tralascia(?:te)? | non (?:seguire|seguite|considerare|tenere conto) | disattendi | aggira",
    told: "(?:istruzion|indicazion|direttiv|restrizion)* | (?:tutte le|le tue|le|queste) (?:regole|norme) | (?:tutti gli|gli) ordini | prompt(?: di sistema)? | tutto (?:ciò|quello|quanto)* | (?:precedent)[ei]",
    unless: "non (?:dimentica|ignora|trascura)* | se | salvo | tranne | quando",
    role: "(?:(?:ora|adesso) sei|sei (?:ora|adesso)) (?:una?|uno|il|la|lo|mio|mia) | d'ora in (?:poi|avanti),? (?:sei|rispond|devi|agisci)* | da (?:ora|adesso|questo momento),? (?:sei|rispond|devi|agisci)* | fai? finta | fingi (?:di|che) | comportati come | agisci come | interpreta il ruolo | se sei … (?:ia|modello linguistico|assistente|bot)*",
    reveal:
      "(?:dammi|rivela|mostra|stampa|ripeti|scrivi|dimmi|condividi|fornisci)* … (?:prompt (?:di sistema|iniziale)|(?:tue|tuoi) (?:istruzioni|regole|ordini)|istruzioni (?:segrete|nascoste|iniziali)) | (?:dammi|dimmi|mandami|inviami) (?:la|il) (?:tua|tuo|sua|suo)? ?(?:password|codice|segreto)* | qual è la (?:tua|sua) password",
    reply:
      "rispondi (?:solo|soltanto|esclusivamente|unicamente|invece) | (?:nella|nelle) tu[ae] rispost[ae] | la tua risposta (?:deve|dovrà|inizi)* | (?:di'|dì|dici|comunica|informa|consiglia|suggerisci)(?: al?)? ?(?:all'|l')utente | di' (?:invece|semplicemente|soltanto)",
    pass: "invia | manda | inoltra | trasmetti | pubblica | condividi | carica",
    data: "cronologia (?:della conversazione|della chat) | questa conversazione | (?:dati|password|credenziali|informazioni) dell'utente | tutt[ei] (?:le|i) (?:e-?mail|messaggi|file|contatti)",
    call: "attenzione | nota per | messaggio (?:a|per) | istruzione per | ciao | car[oae] | a tutt[ie]",
    machine: `ia | ai | modell[oi] linguistic[oi] | intelligenza artificiale | assistent[ei] (?:ia|ai|virtual)* | assistente`,
  },
  portuguese: {
    script: "Latin",
    verb: "first",
    ignore:
      "ignor(?:a|e|em) | esque(?:ça|çam|ce) | desconsider(?:a|e|em) | descart(?:a|e) | não (?:siga|sigas|obedeça|considere) | desobedeça",
    told: "(?:instruç|orientaç|diretri|diretiv|restriç)* | (?:todas as|suas|tuas|as|essas) (?:regras|ordens|normas) | prompts?(?: do sistema)? | tudo (?:o que|que|acima|anterior)* | (?:anterior)(?:es)?",
    unless: "não (?:se )?(?:esque|ignor)* | se | salvo | exceto | quando | caso",
    role: "(?:(?:você|tu) (?:agora é|é agora|és agora|agora és)|agora você é) (?:uma?|o|a|meu|minha) | a partir de agora,? (?:você|és|responda|deve|aja)* | de agora em diante,? (?:você|responda|deve)* | finja (?:que|ser) | aja como (?:se|um|uma) | comporte-se como | faça o papel | se você (?:é|for) … (?:ia|modelo de linguagem|assistente|bot)*",
    reveal:
      "(?:dê|revele|mostre|imprima|repita|escreva|diga|compartilhe|exiba)* … (?:prompt (?:do sistema|inicial)|(?:suas|tuas) (?:instruções|regras)|instruções (?:secretas|ocultas|iniciais|originais)) | (?:me (?:dê|diga|envie|passe)|diga-me|dê-me|envie-me) (?:a )?(?:sua|tua) (?:senha|palavra-passe|chave)* | qual é a (?:sua|tua) (?:senha|palavra-passe)",
    reply:
      "(?:responda|responde) (?:apenas|somente|só|exclusivamente|agora) | (?:na|nas) (?:sua|tua|suas)s? respostas? | (?:sua|tua) resposta (?:deve|tem que|começa)* | (?:diga|informe|avise|recomende|aconselhe)(?: para o| ao| o)? usuário | diga (?:em vez disso|simplesmente|apenas)",
    pass: "envie | envia | encaminhe | mande | transfira | publique | compartilhe | carregue",
    data: "histórico (?:da conversa|do chat|de conversa) | esta conversa | (?:dados|senhas?|credenciais|informações) do (?:usuário|utilizador) | todos (?:os|meus) (?:e-?mails|mensagens|arquivos|contatos)",
    call: "atenção | nota para | mensagem (?:a|para) | instrução para | olá | prezad* | car[oa] | a tod[oa]s",
    machine: `ia | modelos? de linguagem | inteligência artificial | assistentes? (?:de ia|virtual|virtuais) | assistente`,
  },
  romanian: {
    script: "Latin",
    verb: "first",
    ignore: "ignor(?:ă|ați|a) | uit(?:ă|ați) | nu (?:urma|respecta|ține cont) | treci peste",
    told: "(?:instrucțiun|indicați|directiv|restricți)* | (?:toate )?regulile | prompt* | tot ce* | (?:anterioare|precedente)",
    unless: "nu (?:uita|ignora)* | dacă | cu excepția | când",
    role: "(?:acum ești|ești acum) (?:un|o|meu) | de acum (?:înainte|încolo) | prefă-te | comportă-te ca | joacă rolul | dacă ești … (?:ia|ai|model|asistent)*",
    reveal:
      "(?:dă|arată|dezvăluie|spune|repetă|scrie|afișează)* … (?:promptul|instrucțiunile tale|instrucțiunile (?:secrete|ascunse|inițiale)) | (?:dă-mi|spune-mi|trimite-mi) parola* | care este parola ta",
    reply:
      "răspunde (?:doar|numai) | în răspunsul tău | răspunsul tău (?:trebuie|va)* | (?:spune|informează|recomandă)(?:-i)? utilizatorul* | spune (?:în schimb|doar)",
    pass: "trimite | expediază | transmite | publică | încarcă",
    data: "istoricul (?:conversației|discuției) | această conversație | (?:datele|parola|informațiile) utilizatorului | toate (?:e-?mailurile|mesajele|fișierele)",
    call: "atenție | mesaj (?:către|pentru) | notă pentru | instrucțiune pentru | salut | bună | dragă | către toți",
    machine: `ia | ai | model* de limbaj | inteligenț* artificial* | asistent*`,
  },
  polish: {
    script: "Latin",
    verb: "first",
    ignore:
      "ignoruj(?:cie)? | zignoruj(?:cie)? | zapomnij(?:cie)? | pomiń(?:cie)? | nie (?:przestrzegaj|stosuj się do|słuchaj) | odrzuć | porzuć",
    told: "(?:instrukcj|poleceni|poleceń|wytyczn|ograniczeni|zasad|reguł)* | prompt* | wszystk(?:o|ie|ich),? (?:co|poprzedni|powyżs)* | (?:poprzedni|powyżs)*",
    unless: "nie (?:zapomnij|ignoruj|pomijaj)* | jeśli | jeżeli | chyba że | gdy",
    role: "jesteś (?:teraz|od teraz) | (?:teraz|odtąd) jesteś | od (?:teraz|tej chwili|tej pory) (?:jesteś|odpowiada|masz|będziesz)* | udawaj,? | zachowuj się jak | wciel się w | jeśli jesteś … (?:ai|si|model|asystent|bot)*",
    reveal:
      "(?:podaj|ujawnij|pokaż|wypisz|powtórz|napisz|powiedz|wyświetl|zdradź)* … (?:systemow* prompt|prompt systemow|swoje instrukcje|twoje instrukcje|ukryte instrukcje|tajn)* | (?:podaj|powiedz|daj|wyślij) (?:mi|nam) (?:swoje|twoje|swój|twój) (?:hasło|kod|sekret)* | jakie jest twoje hasło",
    reply:
      "odpowiadaj (?:tylko|wyłącznie|teraz) | odpowiedz (?:tylko|wyłącznie|zamiast) | w (?:swojej|twojej|swoich) odpowiedzi* | twoja odpowiedź (?:musi|ma|powinna)* | (?:powiedz|poinformuj|poleć|doradź) użytkownik* | powiedz (?:zamiast tego|tylko)",
    pass: "wyślij | prześlij | przekaż | opublikuj | udostępnij",
    data: "histori* (?:rozmowy|czatu) | tę rozmowę | (?:dane|hasł|informacj)* użytkownika | wszystkie (?:e-?maile|wiadomości|pliki|kontakty)",
    call: "uwaga | wiadomość (?:do|dla) | instrukcja dla | cześć | witaj | drog[ia] | do wszystkich",
    machine: `ai | si | model* językow* | sztuczn* inteligencj* | asysten*`,
  },
  czech: {
    script: "Latin",
    verb: "first",
    ignore:
      "ignoruj(?:te)? | zapomeň(?:te)? | nedbej(?:te)? | přeskoč(?:te)? | neřiď se | neřiďte se",
    told: "(?:pokyn|instrukc|příkaz|omezení|pravid)* | prompt* | všechn?o,? co | vše,? co* | (?:předchozí|předešl|výše uveden)*",
    unless: "nezapomeň* | pokud | jestli* | když | neignoruj*",
    role: "(?:nyní|teď|odteď) jsi | jsi (?:nyní|teď|odteď) | od (?:teď|nynějška|této chvíle) (?:jsi|budeš|odpovíd)* | předstírej | chovej se jako | hraj roli | pokud jsi … (?:ai|model|asistent)*",
    reveal:
      "(?:ukaž|prozraď|vypiš|zopakuj|napiš|řekni|zobraz|odhal)* … (?:systémov* prompt|své pokyny|tvé pokyny|své instrukce|skryté pokyny|tajn)* | (?:řekni|dej|pošli) mi (?:své|svoje|tvé) (?:heslo|tajemství) | jaké je tvé heslo",
    reply:
      "odpovídej (?:jen|pouze) | odpověz (?:jen|pouze|místo) | ve (?:své|tvé) odpovědi | tvá odpověď (?:musí|má)* | (?:řekni|sděl|doporuč) uživatel* | řekni (?:místo toho|jen)",
    pass: "pošli | odešli | přepošli | zveřejni | nahraj",
    data: "histori* (?:konverzace|chatu) | tuto konverzaci | (?:údaje|hesl|data)* uživatele | všechny (?:e-?maily|zprávy|soubory|kontakty)",
    call: "pozor | zpráva pro | pokyn pro | ahoj | milý | všem",
    machine: `ai | umělá inteligence | jazykov* model* | asistent*`,
  },
  turkish: {
    script: "Latin",
    verb: "last",
    ignore:
      "görmezden gel* | yok say* | unut | unutun | dikkate alma | dikkate almayın | göz ardı et* | uyma",
    told: "(?:talimat|komut|kural|yönerge|istem|kısıtlama)* | prompt* | (?:önceki|yukarıdaki) (?:her şey|tüm|metin)*",
    unless: "eğer | ise | unutmayın | unutma",
    role: "(?:artık|şimdi|bundan sonra|şu andan itibaren),? (?:sen )?(?:bir )?… (?:sın|sin|sun|sün|yapacaksın|davran|cevap ver)* | (?:gibi|miş gibi) davran | rolünü (?:oyna|üstlen) | eğer bir (?:yapay zeka|dil modeli|asistan)*",
    reveal:
      "(?:sistem (?:istemi|promptu|talimat)|gizli talimat|talimatların|ilk talimat)* … (?:göster|söyle|yaz|açıkla|paylaş|tekrarla|ver)* | (?:bana|bize) (?:şifre|parola)* … (?:ver|söyle|gönder)*",
    reply:
      "(?:sadece|yalnızca) … (?:cevap ver|yanıt ver|yanıtla|yaz|söyle)* | (?:cevabın|yanıtın)(?:da|a|ızda|ıza|ın|da)* … (?:ekle|yaz|belirt|söyle|olmalı|başla)* | kullanıcıya … (?:söyle|bildir|öner|de)*",
    pass: "gönder* | ilet | paylaş* | yükle",
    data: "konuşma geçmiş* | sohbet geçmiş* | kullanıcı(?:nın)? (?:veri|bilgi|şifre|parola)* | tüm (?:e-?posta|mesaj|dosya)*",
    call: "dikkat | mesaj | talimat | merhaba | sayın | tüm",
    machine: `yapay zeka* | dil model* | asistan*`,
  },
  vietnamese: {
    script: "Latin",
    verb: "first",
    ignore:
      "bỏ qua | phớt lờ | hãy quên | quên đi | quên hết | quên tất cả | đừng (?:tuân theo|làm theo) | không (?:tuân theo|làm theo)",
    told: "(?:hướng dẫn|chỉ dẫn|chỉ thị|mệnh lệnh|câu lệnh|lệnh|quy tắc|yêu cầu) … | tất cả (?:những gì|nội dung) … | prompt*",
    unless: "đừng (?:quên|bỏ qua) | nếu | trừ khi",
    role: "(?:bây giờ|giờ|từ giờ|từ bây giờ|kể từ bây giờ)(?: trở đi)?,? (?:bạn|hãy) (?:là|sẽ|đóng vai|trả lời|phải) | hãy (?:đóng vai|giả vờ|giả làm) | nếu bạn là … (?:ai|mô hình|trợ lý)",
    reveal:
      "(?:cho (?:tôi )?biết|tiết lộ|hiển thị|in ra|lặp lại|viết ra) … (?:lời nhắc hệ thống|prompt hệ thống|hướng dẫn (?:của bạn|bí mật|ẩn|ban đầu)|mật khẩu của bạn) | mật khẩu của bạn là gì",
    reply:
      "chỉ (?:trả lời|đáp) | trong câu trả lời(?: của bạn)? | câu trả lời của bạn (?:phải|sẽ) | (?:nói|thông báo|khuyên)(?: với| cho)? người dùng | hãy nói rằng",
    pass: "gửi | chuyển tiếp | đăng | tải lên | chia sẻ",
    data: "lịch sử (?:trò chuyện|hội thoại) | cuộc trò chuyện này | (?:dữ liệu|mật khẩu|thông tin) (?:của )?người dùng | tất cả (?:email|tin nhắn|tệp)",
    call: "chú ý | lưu ý cho | tin nhắn cho | gửi | xin chào | này",
    machine: `ai | trí tuệ nhân tạo | mô hình ngôn ngữ | trợ lý(?: ảo| ai)?`,
  },
  indonesian: {
    script: "Latin",
    verb: "first",
    ignore: "abaikan | lupakan | jangan (?:ikuti|patuhi|hiraukan) | kesampingkan",
    told: "(?:instruksi|perintah|petunjuk|aturan|arahan|batasan)* | prompt* | semua (?:yang|teks|hal) … | (?:sebelumnya|di atas)",
    unless: "jangan (?:lupakan|abaikan) | jika | kecuali | bila",
    role: "(?:sekarang )?(?:kamu|anda) (?:sekarang|kini) (?:adalah|menjadi) | sekarang (?:kamu|anda) adalah | mulai (?:sekarang|saat ini),? (?:kamu|anda|jawab)* | berpura-pura* | bertindaklah sebagai | berperanlah sebagai | jika (?:kamu|anda) adalah … (?:ai|model bahasa|asisten)",
    reveal:
      "(?:tampilkan|ungkapkan|tunjukkan|ulangi|tuliskan|beri|beritahu|cetak)* … (?:prompt sistem|instruksi (?:anda|kamu|rahasia|tersembunyi|awal)|instruksimu) | (?:beri tahu|beritahu|berikan|kirim)(?: saya| kami|kan)* (?:kata sandi|password)(?: anda| kamu|mu) | apa kata sandi (?:anda|kamu|mu)",
    reply:
      "jawab(?:lah)? (?:hanya|dengan kata) | hanya jawab | (?:dalam|di|pada) jawaban(?:mu| anda| kamu) | jawaban(?:mu| anda| kamu) (?:harus|akan) | (?:katakan|beri tahu|beritahu|sarankan)(?: kepada)? pengguna | katakan (?:saja|bahwa)",
    pass: "kirim(?:kan)? | teruskan | unggah | bagikan",
    data: "riwayat (?:percakapan|obrolan|chat) | percakapan ini | (?:data|kata sandi|informasi) pengguna | semua (?:email|pesan|file|kontak)",
    call: "perhatian | pesan untuk | catatan untuk | instruksi untuk | halo | hai | kepada",
    machine: `ai | kecerdasan buatan | model bahasa | asisten*`,
  },
};

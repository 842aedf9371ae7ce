import { describe, it } from "vitest";

import { EUROPEAN_TABLES } from "../../../src/answer/small-talk/european-tables.ts";
import { OTHER_TABLES } from "../../../src/answer/small-talk/other-tables.ts";
import { readSmallTalk, stripSmallTalk } from "../../../src/answer/small-talk/read-small-talk.ts";
import { SMALL_TALK_KINDS } from "../../../src/answer/small-talk/small-talk-table.ts";
import {
  answer,
  asked,
  finding,
  joinText,
  lastEvent,
  RETURNS,
  WARRANTY,
} from "./generate-cases.ts";

const message = (role: "user" | "assistant", text: string) =>
  ({ type: "message", role, text }) as const;
const TABLES = [...EUROPEAN_TABLES, ...OTHER_TABLES];

describe("readSmallTalk", () => {
  it.for([
    ["hello", "greeting", "Hello!"],
    ["Hello!!", "greeting", "Hello!"],
    ["  HELLOOOO there 👋 ", "greeting", "Hello!"],
    ["hi", "greeting", "Hello!"],
    ["Hi everyone, good morning!", "greeting", "Hello!"],
    ["Hello, how are you?", "greeting", "Hello!"],
    ["thanks", "thanks", "You're welcome!"],
    ["Thank you!", "thanks", "You're welcome!"],
    ["ok great, thanks a lot for your help 🙏", "thanks", "You're welcome!"],
    ["no, thanks", "thanks", "You're welcome!"],
    ["Thanks, bye", "farewell", "Goodbye!"],
    ["bye!", "farewell", "Goodbye!"],
    ["Who are you?", "about", "I am the built-in model of Edgewise."],
    ["who’re you", "about", "I am the built-in model of Edgewise."],
    ["Hi! What can you do?", "about", "I am the built-in model of Edgewise."],
    ["Help", "about", "I am the built-in model of Edgewise."],
    ["Hallo zusammen", "greeting", "Guten Tag!"],
    ["Guten Morgen!", "greeting", "Guten Tag!"],
    ["Vielen Dank für Ihre Hilfe!", "thanks", "Gern geschehen!"],
    ["Tschüss", "farewell", "Auf Wiedersehen!"],
    ["Wer bist du?", "about", "Ich bin das eingebaute Modell von Edgewise."],
    ["Bonjour à tous", "greeting", "Bonjour !"],
    ["merci beaucoup !", "thanks", "Avec plaisir !"],
    ["Au revoir", "farewell", "Au revoir !"],
    ["Qui es-tu ?", "about", "Je suis le modèle intégré d’Edgewise."],
    ["¡Hola! ¿Qué tal?", "greeting", "¡Hola!"],
    ["Muchas gracias", "thanks", "¡De nada!"],
    ["adios", "farewell", "¡Hasta pronto!"],
    ["¿Qué puedes hacer?", "about", "Soy el modelo integrado de Edgewise."],
    ["Buongiorno", "greeting", "Buongiorno!"],
    ["grazie mille", "thanks", "Prego!"],
    ["Arrivederci!", "farewell", "Arrivederci!"],
    ["Chi sei?", "about", "Sono il modello integrato di Edgewise."],
    ["你好！", "greeting", "您好!"],
    ["好的，谢谢你", "thanks", "不客气!"],
    ["再见", "farewell", "再见!"],
    ["你能做什么？", "about", "我是 Edgewise 的内置模型。"],
    ["こんにちは。", "greeting", "こんにちは!"],
    ["どうもありがとうございます！", "thanks", "どういたしまして!"],
    ["さようなら", "farewell", "またいつでもどうぞ!"],
    ["あなたは誰ですか？", "about", "Edgewise の組み込みモデルです。"],
    ["สวัสดีครับ", "greeting", "สวัสดี"],
    ["ขอบคุณมากค่ะ", "thanks", "ด้วยความยินดี"],
    ["ลาก่อน", "farewell", "แล้วพบกันใหม่"],
    ["คุณคือใคร", "about", "ฉันคือโมเดลในตัวของ Edgewise"],
    ["مرحباً!", "greeting", "مرحبا!"],
    ["شكرًا جزيلًا", "thanks", "على الرحب والسعة!"],
    ["مع السلامة", "farewell", "إلى اللقاء!"],
    ["من أنت؟", "about", "أنا النموذج المدمج في Edgewise."],
    ["안녕하세요!", "greeting", "안녕하세요!"],
    ["정말 감사합니다", "thanks", "천만에요!"],
    ["안녕히 계세요", "farewell", "안녕히 계세요!"],
    ["무엇을 할 수 있나요?", "about", "저는 Edgewise의 내장 모델입니다."],
  ] as const)("reads “%s” as %s", ([said, kind, opening], { expect }) => {
    const found = readSmallTalk(said);
    expect(found?.kind).toBe(kind);
    expect(found?.table.openings[kind]).toBe(opening);
  });

  it.for([
    "",
    "?",
    "👋",
    "ok",
    "yes please",
    "Hello, how long is the notice period?",
    "hi tech products",
    "thanks giving dinner",
    "Who are you selling to?",
    "What can you do about a broken kettle?",
    "goodbye letter template",
    "help with the kettle",
    "Hallo, wie lange ist die Kündigungsfrist?",
    "Merci de m'envoyer le contrat",
    "谢谢的意思是什么",
    "你好吗这本书是谁写的",
    "ありがとうの意味は何ですか",
    "คุณคือใครในเรื่องนี้",
    "من أنت في هذه القصة",
    "hello ".repeat(100),
  ])("takes “%s” for a question", (said, { expect }) => {
    expect(readSmallTalk(said)).toBeNull();
  });

  it("recognises every phrase of every language, in its language or one before it", ({
    expect,
  }) => {
    for (const [index, table] of TABLES.entries()) {
      for (const kind of SMALL_TALK_KINDS) {
        for (const phrase of table.phrases[kind].split("|")) {
          const found = readSmallTalk(`${phrase.toUpperCase()}!`);
          const at = found ? TABLES.indexOf(found.table) : Infinity;
          expect({ phrase, isFound: at <= index }).toEqual({ phrase, isFound: true });
        }
      }
    }
  });
});

describe("stripSmallTalk", () => {
  it.for([
    ["Hello, how long is the notice period?", "how long is the notice period?"],
    ["Hi there! Thanks.\nHow long is it? Thank you!", "How long is it?"],
    ["Good morning. I have a question: who won, and when?", "who won, and when?"],
    ["Wie lange dauert es? Danke im Voraus!", "Wie lange dauert es?"],
    ["你好，保修期多长？谢谢", "保修期多长？"],
    ["¿Cuánto dura? Gracias", "¿Cuánto dura?"],
    ["Hello how long is the notice period", "how long is the notice period"],
    ["What can you do if the kettle breaks", "What can you do if the kettle breaks"],
    ["What can you do, if the kettle breaks?", "What can you do, if the kettle breaks?"],
    ["good morning what's the fee", "what's the fee"],
    ["Hallo wie lange ist die Frist", "wie lange ist die Frist"],
    ["Bonjour quelle est la durée ?", "quelle est la durée ?"],
    ["Hola cuánto dura", "cuánto dura"],
    ["Buongiorno quanto dura", "quanto dura"],
    ["你好请问保修期多长", "请问保修期多长"],
    ["مرحبا كم مدة الضمان", "كم مدة الضمان"],
    ["hi tech products", "hi tech products"],
    ["hello world program", "hello world program"],
    ["Help! How do I reset it?", "How do I reset it?"],
    ["Who is who", "Who is who"],
    [" How long is it? ", " How long is it? "],
    ["“How long is it?”", "“How long is it?”"],
    ["Version 3.5, please", "Version 3.5, please"],
    ["Hello!", "Hello!"],
    ["", ""],
  ] as const)("makes of “%s” “%s”", ([said, question], { expect }) => {
    expect(stripSmallTalk(said)).toBe(question);
  });
});

describe("small talk to the built-in model", () => {
  it("gets a reply that says what it can do, without a search, citations or grounding", async ({
    expect,
  }) => {
    const { deps, queries } = finding([WARRANTY]);
    const events = await answer(deps, asked("Hello!"));

    expect(joinText(events)).toBe(
      "Hello! I answer questions from your documents, and cite the passages that my answers come from.",
    );
    expect(queries).toEqual([]);
    expect(events.map(({ type }) => type)).toEqual(["text", "finished"]);
    expect(lastEvent(events)).toMatchObject({
      outcome: "completed",
      grounding: null,
      usage: { inputTokens: 2 },
    });
    expect(lastEvent(events).usage.outputTokens).toBeGreaterThan(10);
  });

  it("is replied to in its language, with advice where there are no documents", async ({
    expect,
  }) => {
    const { deps } = finding([]);
    const events = await answer(deps, asked("Danke!", { fileSearch: null }));

    expect(joinText(events)).toMatch(/^Gern geschehen! Ich beantworte Fragen .*'store:'/);
    expect(lastEvent(events).grounding).toBeNull();
  });

  it("abstains after a search that the client demands", async ({ expect }) => {
    for (const toolChoice of ["required", { type: "file_search" }] as const) {
      const { deps, queries } = finding([WARRANTY]);
      const events = await answer(deps, asked("thanks", { toolChoice }));

      expect(queries).toEqual(["thanks"]);
      expect(joinText(events)).toMatch(/^You're welcome!/);
      expect(lastEvent(events).grounding).toMatchObject({
        status: "abstained",
        citationsVerified: 0,
      });
    }
  });

  it("is cut at a sentence by the limit of tokens, and at a stop sequence", async ({ expect }) => {
    const { deps } = finding([]);
    const cut = await answer(deps, asked("hi", { maxOutputTokens: 16 }));
    const stopped = await answer(deps, asked("hi", { stop: [" I answer"] }));

    expect(joinText(cut)).toBe("Hello!");
    expect(lastEvent(cut)).toMatchObject({
      outcome: "incomplete",
      incompleteReason: "max_output_tokens",
    });
    expect(joinText(stopped)).toBe("Hello!");
    expect(lastEvent(stopped).outcome).toBe("completed");
  });

  it("does not hide a question, whose search and answer leave it out", async ({ expect }) => {
    const { deps, queries } = finding([RETURNS, WARRANTY]);
    const events = await answer(
      deps,
      asked("Hello, how long does the warranty of the kettle last? Thanks!"),
    );

    expect(queries).toEqual(["how long does the warranty of the kettle last?"]);
    expect(joinText(events)).toContain("The warranty of the kettle lasts two years.");
    expect(lastEvent(events).grounding?.status).toBe("grounded");
  });

  it("is no topic for the questions after it", async ({ expect }) => {
    const { deps, queries } = finding([WARRANTY]);
    const items = [
      message("user", "Good morning, nice to meet you"),
      message("assistant", "Hello!"),
      message("user", "How long is it?"),
    ];
    await answer(deps, asked("", { items }));

    expect(queries).toEqual(["How long is it?"]);
  });

  it("goes to another model as it is", async ({ expect }) => {
    const prompts: unknown[] = [];
    const { deps, queries } = finding(
      [WARRANTY],
      [
        {
          name: "other",
          builtIn: false,
          stream: async function* ({ prompt }) {
            prompts.push(prompt.at(-1)?.content);
            yield { type: "text-delta", id: "0", delta: "Good day." };
          },
        },
      ],
    );
    const events = await answer(deps, asked("Hello, thanks!", { model: "other" }));

    expect(joinText(events)).toBe("Good day.");
    expect(prompts).toEqual([[{ type: "text", text: "Hello, thanks!" }]]);
    expect(queries).toEqual([]);
  });
});

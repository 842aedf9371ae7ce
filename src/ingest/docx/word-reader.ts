import { LinearMath } from "../markdown/linear-math.ts";
import { MarkdownWriter } from "../markdown/markdown-writer.ts";
import type { WordStyle } from "./read-styles.ts";
import { SKIPPED } from "./skipped-elements.ts";
import { readSymbol } from "./symbols.ts";
import type { NoteKind, WordContext, WordReaderOptions } from "./word-context.ts";
import { WordDrawings } from "./word-drawings.ts";
import { WordFields } from "./word-fields.ts";
import { WordParagraph } from "./word-paragraph.ts";
import { WordRun } from "./word-run.ts";
import { WordTables } from "./word-tables.ts";
import type { XmlAttributes, XmlHandler } from "./xml/read-xml.ts";

/** Reads the elements of a part of a Word document (its body, a header, a note) and writes its text as Markdown. */
export class WordReader implements XmlHandler {
  /** The ids of the headers and footers that the sections name. */
  readonly headers: string[] = [];
  readonly footers: string[] = [];
  readonly #context: WordContext;
  readonly #isPageMargin: boolean;
  readonly #tables = new WordTables();
  readonly #fields = new WordFields();
  readonly #drawings: WordDrawings;
  #writer: MarkdownWriter;
  #paragraph: WordParagraph | null = null;
  #run: WordRun | null = null;
  #math: LinearMath | null = null;
  #isText = false;
  #isInstruction = false;
  #reading = "";
  #isReading = false;
  #isProperties = false;
  /** Depth of open elements inside one that is skipped, with it. */
  #skipped = 0;
  /** The states of writing outside of the open text boxes, the outermost first. */
  readonly #outside: {
    writer: MarkdownWriter;
    paragraph: WordParagraph | null;
    run: WordRun | null;
  }[] = [];

  constructor(
    context: WordContext,
    { part = "text", figures = new Map() }: WordReaderOptions = {},
  ) {
    this.#context = context;
    this.#isPageMargin = part === "margin";
    this.#writer = new MarkdownWriter(context.lengthMax, context.losses);
    this.#drawings = new WordDrawings(context.losses, figures);
  }

  /** Returns the text that was read since the last call; null if it is longer than allowed. */
  finish(): string | null {
    const text = this.#writer.finish();
    this.#writer = new MarkdownWriter(this.#context.lengthMax, this.#context.losses);
    return text;
  }

  open(name: string, attributes: XmlAttributes): void {
    if (this.#skipped > 0) {
      this.#skipped++;
    } else if (this.#math) {
      this.#math.open(localName(name), (wanted) => attributes.get(`m:${wanted}`) ?? "");
      this.#isText = name === "m:t" || name === "w:t";
    } else if (SKIPPED.has(name)) this.#skipped = 1;
    else if (name === "w:del" || name === "w:moveFrom") this.#openDeleted();
    else if (name.startsWith("w:")) this.#openWord(name, attributes);
    else if (name === "m:oMath") this.#openMath();
    else this.#drawings.open(name, attributes);
  }

  close(name: string): void {
    if (this.#skipped > 0) {
      this.#skipped--;
    } else if (this.#math) {
      if (name === "m:oMath") this.#closeMath(this.#math);
      else this.#math.close();
      this.#isText = false;
    } else this.#closeWord(name);
  }

  text(text: string): void {
    if (this.#skipped > 0) return;
    if (this.#isInstruction) this.#fields.instruct(text);
    else if (!this.#isText) return;
    else if (this.#math) {
      this.#math.text(text);
      this.#writer.text(this.#math.takeLong());
    } else this.#write(text);
  }

  #openDeleted(): void {
    this.#skipped = 1;
    // A row or the end of a paragraph that was deleted says so in its properties.
    if (this.#isProperties) {
      this.#paragraph?.deleteEnd();
      return;
    }
    if (!this.#paragraph) this.#tables.deleteRow();
    this.#lose("deleted_text_left_out");
  }

  #lose(code: "deleted_text_left_out" | "hidden_text_left_out"): void {
    this.#context.losses.add(code);
  }

  #openWord(name: string, attributes: XmlAttributes): void {
    if (name === "w:p") {
      this.#tables.open(this.#writer, name, attributes);
      this.#paragraph = new WordParagraph(this.#writer, this.#context);
    } else if (this.#tables.open(this.#writer, name, attributes)) return;
    else if (name === "w:r") this.#openRun();
    else if (name === "w:txbxContent") this.#openBox();
    else if (this.#run) this.#openInRun(this.#run, name, attributes);
    else this.#openOther(name, attributes);
  }

  #openOther(name: string, attributes: XmlAttributes): void {
    if (name === "w:headerReference") this.headers.push(attributes.get("r:id") ?? "");
    else if (name === "w:footerReference") this.footers.push(attributes.get("r:id") ?? "");
    else if (name === "w:fldSimple") this.#fields.openSimple(attributes.get("w:instr") ?? "");
    else if (name === "w:altChunk" || name === "w:subDoc") {
      this.#context.losses.add("objects_without_text");
    } else if (name === "w:pPr") this.#isProperties = true;
    else this.#paragraph?.readProperty(name, attributes);
  }

  #openRun(): void {
    this.#paragraph?.begin();
    const style = this.#paragraph?.style;
    this.#run = new WordRun({
      isHidden: style?.isHidden ?? false,
      isStruck: style?.isStruck ?? false,
    });
  }

  #openInRun(run: WordRun, name: string, attributes: XmlAttributes): void {
    if (run.readProperty(name, attributes, this.#findStyle)) return;
    switch (name) {
      case "w:t":
        this.#isText = true;
        break;
      case "w:instrText":
      case "w:delInstrText":
        this.#isInstruction = true;
        break;
      case "w:tab":
      case "w:ptab":
        this.#write(" ");
        break;
      case "w:br":
      case "w:cr":
        this.#break(attributes);
        break;
      case "w:noBreakHyphen":
        this.#write("-");
        break;
      case "w:sym":
        this.#write(readSymbol(attributes.get("w:font") ?? "", attributes.get("w:char") ?? ""));
        break;
      case "w:rt":
        this.#reading = "";
        this.#isReading = true;
        break;
      case "w:footnoteReference":
      case "w:endnoteReference":
        this.#writeMark(name === "w:footnoteReference" ? "footnote" : "endnote", attributes);
        break;
      case "w:commentReference":
        this.#paragraph?.comment(this.#context.comments.get(idOf(attributes)));
        break;
      case "w:fldChar":
        this.#fields.mark(attributes.get("w:fldCharType") ?? "");
        break;
      case "w:drawing":
      case "w:pict":
      case "w:object":
        this.#drawings.begin(name === "w:object");
        break;
      default:
        this.#fields.readProperty(name, attributes);
    }
  }

  #closeWord(name: string): void {
    if (name === "w:t") this.#isText = false;
    else if (name === "w:instrText" || name === "w:delInstrText") this.#isInstruction = false;
    else if (name === "w:r") this.#run = null;
    else if (name === "w:rt") this.#isReading = false;
    else if (name === "w:ruby") this.#writeReading();
    else if (name === "w:ffData") this.#writeFormValue();
    else if (name === "w:fldSimple") this.#fields.closeSimple();
    else if (name === "w:pPr") this.#closeProperties();
    else if (name === "w:p") this.#closeParagraph();
    else if (name === "w:txbxContent") this.#closeBox();
    else if (name === "w:drawing" || name === "w:pict" || name === "w:object") {
      this.#closeDrawing();
    } else this.#tables.close(this.#writer, name);
  }

  /** Charts and diagrams stand after the paragraph. */
  #closeDrawing(): void {
    const { alt, figures } = this.#drawings.end();
    this.#write(alt);
    if (this.#tables.isDeleted || this.#run?.lostAs) return;
    for (const figure of figures) {
      if (this.#paragraph) this.#paragraph.append(figure);
      else this.#writer.insert(figure);
    }
  }

  #closeProperties(): void {
    this.#isProperties = false;
    this.#paragraph?.endProperties();
  }

  #closeParagraph(): void {
    this.#paragraph?.end();
    this.#paragraph = null;
    this.#run = null;
  }

  /** A text box is read on its own, and stands after the paragraph to which it is anchored. */
  #openBox(): void {
    this.#outside.push({ writer: this.#writer, paragraph: this.#paragraph, run: this.#run });
    this.#writer = new MarkdownWriter(this.#context.lengthMax, this.#context.losses);
    this.#paragraph = null;
    this.#run = null;
  }

  #closeBox(): void {
    const outside = this.#outside.pop();
    if (!outside) return;
    const text = this.#writer.finish() ?? "";
    this.#writer = outside.writer;
    this.#paragraph = outside.paragraph;
    this.#run = outside.run;
    if (this.#paragraph) this.#paragraph.append(text);
    else this.#writer.insert(text);
  }

  #openMath(): void {
    this.#paragraph?.begin();
    this.#paragraph?.writeScript();
    this.#math = new LinearMath();
  }

  #closeMath(math: LinearMath): void {
    this.#math = null;
    const text = math.finish();
    if (text === "") return;
    this.#context.losses.add("equations_as_text");
    this.#writer.text(text);
  }

  #break(attributes: XmlAttributes): void {
    this.#paragraph?.writeScript();
    if (attributes.get("w:type") === "page") this.#writer.breakBlock();
    else this.#writer.breakLine();
  }

  #writeMark(kind: NoteKind, attributes: XmlAttributes): void {
    this.#paragraph?.writeScript();
    this.#writer.text(` [${this.#context.marks.mark(kind, idOf(attributes))}]`);
  }

  /** The reading of characters comes before them in the file, and stands in parentheses after them in the text. */
  #writeReading(): void {
    const reading = this.#reading;
    this.#reading = "";
    if (reading !== "") this.#write(`(${reading})`);
  }

  #writeFormValue(): void {
    const value = this.#fields.readValue();
    if (value !== "") this.#writer.text(` ${value}`);
  }

  #write(text: string): void {
    if (text === "" || this.#fields.isInstruction) return;
    if (this.#isPageMargin && this.#fields.isPageNumber) return;
    if (this.#tables.isDeleted) return;
    if (this.#isReading) {
      this.#reading += text;
      return;
    }
    const lost = this.#run?.lostAs ?? null;
    if (lost !== null) {
      if (text.trim() !== "" && this.#run?.isNewLoss()) this.#lose(lost);
      return;
    }
    if (this.#paragraph) this.#paragraph.write(text, this.#run?.position ?? "line");
    else this.#writer.text(text);
  }

  readonly #findStyle = (id: string): WordStyle => this.#context.styles.find(id);
}

const localName = (name: string) => name.slice(name.indexOf(":") + 1);
const idOf = (attributes: XmlAttributes) => attributes.get("w:id") ?? "";

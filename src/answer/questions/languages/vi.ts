import type { QuestionLanguage } from "../question-language.ts";

/** Vietnamese, whose syllables are separated by spaces. */
export const VIETNAMESE_QUESTIONS: QuestionLanguage = {
  code: "vi",
  script: /\p{Script=Latin}/u,
  isSpaced: true,
  letters: "ơưđăạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
  asks: {
    duration: "bao lâu|mất bao lâu|trong bao lâu|kéo dài bao lâu",
    number: "bao nhiêu|mấy|tỷ lệ nào|số lượng|giá bao nhiêu|cao bao nhiêu|bao xa",
    time: "khi nào|bao giờ|lúc nào|mấy giờ|năm nào|ngày nào|tháng nào|thế kỷ nào",
    person: "ai|của ai|với ai|người nào",
    place: "ở đâu|đâu|nước nào|quốc gia nào|thành phố nào|nơi nào",
    reason: "tại sao|vì sao|sao lại|lý do",
    name: "nào|tên|tên là gì|gọi là gì",
  },
  questionWords: "gì|cái gì|là gì|như thế nào|thế nào|làm sao|có phải|không",
  functionWords:
    "bị|bởi|các|cái|cho|chúng|có|của|cũng|đã|đang|đây|để|đến|được|hay|hoặc|không|khi|là|lại|làm|mà|mỗi|một|này|nên|nếu|" +
    "nhưng|những|như|ở|phải|ra|rằng|rất|sẽ|sau|thì|theo|tôi|trên|trong|từ|và|vào|vẫn|với|về|vì",
  framing:
    "phải|cần|có thể|được phép|chi phí|giá|nghĩa|nói|xảy ra|khác nhau|giữa|chính xác|giải thích|tóm tắt|liệt kê|bước|quy định",
  times: "tháng|năm|ngày|thế kỷ|thứ hai|thứ ba|thứ tư|thứ năm|thứ sáu|thứ bảy|chủ nhật|giờ",
  numbers: "một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|trăm|nghìn|ngàn|triệu|tỷ|nửa|phần trăm",
  durations: "giây|phút|giờ|tiếng|ngày|đêm|tuần|tháng|quý|năm|thập kỷ|thế kỷ",
  reasons: "vì|bởi vì|do|nhờ|nên|để|tại vì|cho nên",
  references: "cũng|nó|họ|chúng|anh ấy|cô ấy|ông ấy|bà ấy|đó|này|ấy|cái đó|ở đó|điều đó|điều này",
  continuations: "ý tôi là|và|hoặc|nhưng|thế còn|còn|vậy|vâng|không|nếu vậy|gì nữa",
  definitions: "là gì|nghĩa là gì|có nghĩa gì|định nghĩa|là ai",
  abstentions: {
    silent: "Mô hình không đưa ra câu trả lời.",
    unsupported: "Các nguồn không có câu trả lời cho câu hỏi này.",
    no_documents:
      "Tôi chỉ trả lời dựa trên tài liệu: hãy nêu ít nhất một vector store bằng công cụ file_search.",
  },
};

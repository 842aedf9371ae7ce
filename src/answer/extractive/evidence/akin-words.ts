import { indexTerms } from "../../../retrieval/tokenize.ts";
import { EQUIVALENT_NAMES } from "../../claims/languages/en-equivalent-names.ts";
import { EQUIVALENT_VERBS } from "../../claims/languages/en-equivalent-verbs.ts";

/**
 * Words of everyday speech, and those by which rules, contracts and manuals name the same thing. Claims are not compared
 * by them: a question may say it loosely.
 */
const ASKED_LOOSELY: readonly string[] = [
  "holiday|vacation|leave|absence|off",
  "sick|ill|illness|sickness|unwell",
  "dad|father|mum|mom|mother|parent|parental|parenting",
  "kid|child|baby|son|daughter|infant|toddler",
  "baby|birth|newborn|born|childbirth",
  "firm|company|employer|business|organisation|organization|we",
  "boss|manager|head|supervisor|lead|leader|chief",
  "worker|employee|staff|colleague|personnel|people",
  "recruit|hire|refer|referral|recommend|join",
  "quit|resign|leave|terminate|termination|notice|cancel|cancellation",
  "fire|dismiss|dismissal|sack|terminate",
  "wage|salary|pay|payroll|payslip|earnings|remuneration|compensation|earn",
  "bonus|reward|premium|award|incentive|referral",
  "price|cost|fee|rate|charge|tariff|expense|pay|amount",
  "refund|reimburse|reimbursement|repay|repayment|compensate|pay",
  "cover|covered|coverage|include|insure|insured|insurance|pay|reimburse",
  "stolen|steal|theft|thief|burglary|rob",
  "broken|defective|defect|damage|damaged|faulty|fault|malfunction",
  "puncture|flat|tyre|tire",
  "glasses|spectacles|eyeglasses|eyewear|lenses",
  "laptop|notebook|computer|pc|device",
  "phone|telephone|mobile|smartphone|cell|call|extension|ext",
  "mail|email|message|e-mail",
  "doctor|physician|medical|medic",
  "car|vehicle|automobile|auto",
  "bike|bicycle|cycle|cycling",
  "train|rail|railway",
  "trip|travel|journey|business trip",
  "abroad|foreign|overseas|country",
  "home|remote|remotely|elsewhere|telework",
  "buy|purchase|order|acquire|procure",
  "send|ship|deliver|dispatch|delivery|shipping|shipment",
  "parcel|package|packet|shipment",
  "start|begin|commence|beginning",
  "end|finish|stop|expire|expiry|conclusion|lapse",
  "deadline|due|until|latest|cutoff|cut-off|limit",
  "maximum|max|most|limit|highest|at most|up",
  "minimum|min|least|lowest",
  "length|long|duration|last|take",
  "allowed|permitted|may|can|allow|permit|possible|forbidden|prohibited|permission",
  "approve|approval|authorise|authorize|permission|consent|agree|sign",
  "responsible|charge|owner|own|in charge|officer|handle|contact",
  "password|passphrase|pin|credential|code",
  "delete|erase|remove|wipe|reset|clear",
  "retry|repeat|again|resend",
  "error|failure|fault|problem|exception",
  "fast|speed|quick|velocity",
  "wear|worn|abrasion|limit",
  "replace|exchange|swap|change|replacement|substitute",
  "return|give back|bring back|send back|hand back",
  "lose|lost|loss|missing|misplace",
  "find|locate|location|where|address",
  "weigh|weight|heavy|kg|mass",
  "meal|food|lunch|canteen|menu|dinner|breakfast",
  "gift|present|gratuity",
  "complaint|complain|grievance",
  "rule|policy|regulation|guideline|provision|terms",
  "document|paper|certificate|proof|form",
  "answer|reply|respond|response",
  "question|query|enquiry|inquiry",
  "trial|probation|test",
  "tool|software|program|application|app|assistant",
  "artificial|ai|chatgpt|llm|chatbot",
  "tell|report|inform|notify|announce|notification",
  "many|number|count|amount",
  "split|divide|divided|share|block",
  "keep|retain|store|kept|storage|stored|retention",
];

let groups: ReadonlyMap<string, ReadonlySet<number>> | null = null;

/** Tests whether two terms are those of words that mean about the same. Neither is the other one's beginning. */
export function areAkin(term: string, others: Iterable<string>): boolean {
  const own = groupsOf(term);
  if (!own) return false;
  for (const other of others) {
    const theirs = groupsOf(other);
    if (theirs && [...own].some((group) => theirs.has(group))) return true;
  }
  return false;
}

function groupsOf(term: string): ReadonlySet<number> | undefined {
  groups ??= indexGroups([...ASKED_LOOSELY, ...EQUIVALENT_NAMES, ...EQUIVALENT_VERBS]);
  return groups.get(term);
}

function indexGroups(lists: readonly string[]): Map<string, Set<number>> {
  const index = new Map<string, Set<number>>();
  for (const [group, list] of lists.entries()) {
    for (const word of list.split("|")) {
      const [term, ...more] = indexTerms(word);
      if (term === undefined || more.length > 0) continue;
      index.set(term, (index.get(term) ?? new Set()).add(group));
    }
  }
  return index;
}

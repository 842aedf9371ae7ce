import { workflow } from "../builder.ts";

const DISCLAIMER = "This answer was prepared automatically from our policies.";

/** The rules that an answer to a customer must keep. */
const RULES = [
  { id: "disclaimer", kind: "required_text", text: DISCLAIMER },
  {
    id: "promises",
    kind: "forbidden_phrase",
    phrases: ["guarantee", "we promise", "legal advice", "compensation"],
  },
  {
    id: "confidence",
    kind: "min_confidence",
    value: 0.2,
    message: "The policies do not sufficiently support this answer.",
  },
  {
    id: "amount",
    kind: "max_amount",
    amount: 100,
    message: "Only a person may promise amounts above 100.",
  },
];

/**
 * The customer's data as sentences. They are evidence that is quoted, since instructions never come from external
 * data.
 */
const CUSTOMER_PASSAGES =
  'steps.customer.output.rows.map(customer, {"chunk_id": "customer", "file_id": "customer", "filename": "customer", "text": customer.name + " is a customer of the tier " + customer.tier + "."})';
const ORDER_PASSAGES =
  'steps.orders.output.body.orders.map(order, {"chunk_id": "order " + string(order.id), "file_id": "orders", "filename": "orders", "text": "Your order " + string(order.id) + " (" + order.item + ") is " + order.status + "."})';

const REFUSAL =
  "We are sorry: we could not answer your question in time. Please write to us again.";
/** The text that a person wrote instead of the answer, or null. */
const OWN_TEXT = "steps.approval.output.?payload.?text.orValue(null)";

/**
 * The workflow of `npm run demo:support`: answers a customer's question from the policies and the customer's orders, or
 * hands it to a person.
 *
 * Input: `question`, `email`, `orders_url` (of the shop's API), `vector_store_ids` (of the policies) and, for a
 * question about an order, `order_id`. It looks up the customer (a table) and the orders (an API) and searches the
 * policies, in parallel. Then it drafts an answer, checks it against business rules and repairs it once. An answer that
 * is still wrong waits for a person, and a note is added to the order. An approval sends the answer, 24 hours of
 * silence send a polite refusal, and a rejection ends the run and removes the note.
 */
export const CUSTOMER_SERVICE = workflow("customer_service")
  .step("customer", {
    use: "sql@1",
    lane: "interactive",
    with: {
      query: "SELECT id, name, tier FROM customers WHERE email = ? COLLATE NOCASE",
      params: ["${ input.email }"],
      max_rows: 1,
    },
  })
  .step("orders", {
    use: "http@1",
    lane: "interactive",
    timeout: { attempt: "10s", total: "60s" },
    with: {
      url: "${ input.orders_url }/orders",
      query: { email: "${ input.email }" },
      response: "json",
    },
  })
  .step("policies", {
    use: "retrieve@1",
    lane: "interactive",
    with: {
      query: "${ input.question }",
      vector_store_ids: "${ input.vector_store_ids }",
      max_num_results: 8,
    },
  })
  .step("draft", {
    use: "generate@1",
    needs: ["customer", "orders", "policies"],
    lane: "interactive",
    with: {
      question: "${ input.question }",
      passages: `\${ steps.policies.output.passages + ${CUSTOMER_PASSAGES} + ${ORDER_PASSAGES} }`,
      instructions: "Answer the customer in plain and friendly words.",
    },
  })
  .step("check", {
    use: "rules@1",
    needs: ["draft"],
    lane: "interactive",
    with: {
      text: "${ steps.draft.output.text }",
      confidence: "${ steps.draft.output.grounding.confidence }",
      rules: RULES,
    },
  })
  .step("repair", {
    use: "repair@1",
    needs: ["check"],
    when: "!steps.check.output.ok",
    lane: "interactive",
    with: {
      text: "${ steps.draft.output.text }",
      citations: "${ steps.draft.output.citations }",
      rules: RULES,
      violations: "${ steps.check.output.violations }",
    },
  })
  .step("answer", {
    use: "transform@1",
    needs: ["repair"],
    trigger: "none_failed",
    lane: "interactive",
    with: {
      value: {
        text: '${ steps.repair.status == "completed" ? steps.repair.output.text : steps.draft.output.text }',
        citations:
          '${ steps.repair.status == "completed" ? steps.repair.output.citations : steps.draft.output.citations }',
        // The rules are kept, and the policies support an answer.
        is_right:
          '${ (steps.check.output.ok || steps.repair.output.ok) && steps.draft.output.grounding.status != "abstained" }',
      },
    },
  })
  .step("note", {
    use: "http@1",
    needs: ["answer"],
    // Only at the customer's own order, whatever the question says.
    when: "!steps.answer.output.is_right && steps.orders.output.body.orders.exists(order, order.id == input.?order_id.orValue(null))",
    timeout: { attempt: "10s", total: "10m" },
    with: {
      method: "POST",
      url: "${ input.orders_url }/orders/${ input.order_id }/notes",
      json: {
        text: "A question about this order was handed to a person: ${ input.question }",
        run: "${ run.id }",
      },
    },
    undo: {
      use: "http@1",
      with: {
        method: "DELETE",
        url: "${ input.orders_url }/orders/${ input.order_id }/notes/${ run.id }",
        // 404: the note was removed before, or was never written.
        accept_status: [200, 204, 404],
      },
    },
  })
  .step("approval", {
    use: "signal@1",
    needs: ["answer", "note"],
    trigger: "none_failed",
    when: "!steps.answer.output.is_right",
    with: {
      name: "approval",
      requires: ["actor", "reason", "event"],
      timeout: "24h",
      on_timeout: "complete",
    },
  })
  .step("decision", {
    use: "rules@1",
    needs: ["approval"],
    when: 'steps.approval.output.status == "received"',
    with: {
      text: "${ steps.answer.output.text }",
      context: { approved: "${ steps.approval.output.payload.?approved.orValue(false) }" },
      on_violation: "fail",
      rules: [
        {
          id: "approved",
          kind: "cel",
          expression: "context.approved == true",
          message:
            "Rejected by ${ steps.approval.output.actor }: ${ steps.approval.output.reason }",
        },
      ],
    },
  })
  .output({
    status:
      '${ steps.approval.status == "skipped" ? "answered" : steps.approval.output.status == "received" ? "approved" : "refused" }',
    text: `\${ steps.approval.status == "skipped" ? steps.answer.output.text : steps.decision.status == "skipped" ? "${REFUSAL}" : ${OWN_TEXT} == null ? steps.answer.output.text : ${OWN_TEXT} }`,
    // Offsets of citations refer to the prepared answer.
    citations: `\${ ${OWN_TEXT} == null && (steps.approval.status == "skipped" || steps.decision.status == "completed") ? steps.answer.output.citations : [] }`,
  })
  .build();

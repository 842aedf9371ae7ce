/** The policy documents of the shop in `npm run demo:support`. */
export const POLICIES = [
  {
    name: "returns.md",
    text: `# Returns

You can return an item within 30 days of delivery. The item must be unused and in its original box.
Returns are free of charge when the item was damaged on arrival. In all other cases the customer pays for the parcel.
A refund is paid within 10 working days after the parcel has arrived in our warehouse.
`,
  },
  {
    name: "shipping.md",
    text: `# Shipping

Orders leave our warehouse within 2 working days. Delivery inside the country takes 3 to 5 working days.
Express delivery costs 12 euros and takes one working day.
`,
  },
  {
    name: "goodwill.md",
    text: `# Goodwill

When a delivery is more than 14 days late, a customer may get a voucher of 150 euros as compensation.
Vouchers are granted by a member of the customer service only.
`,
  },
  {
    name: "payment.md",
    text: `# Payment

We accept credit cards, bank transfer and invoices. An invoice is due 14 days after the order was sent.
A reminder is sent when an invoice is 7 days late. The second reminder costs 5 euros.
`,
  },
  {
    name: "warranty.md",
    text: `# Warranty

Every lamp and every chair has a warranty of 3 years. The warranty covers broken parts, not stains or scratches.
A broken part is repaired or replaced within 3 weeks. Keep the invoice, since it proves the date of purchase.
`,
  },
  {
    name: "account.md",
    text: `# Account

You can change your address and your password on the account page. An account is deleted within 7 days when you ask for it.
Members of the gold tier get free shipping and a personal contact.
`,
  },
  {
    name: "cancelling.md",
    text: `# Cancelling an order

An order can be cancelled free of charge until it has left our warehouse. Later it can only be returned.
Furniture that was made to measure cannot be cancelled once the work has begun.
`,
  },
  {
    name: "assembly.md",
    text: `# Assembly

Chairs and desks come with tools and a printed manual. Two people need about an hour to assemble a desk.
A technician assembles furniture at home for 49 euros. Book the technician at least 3 days before the delivery.
`,
  },
  {
    name: "privacy.md",
    text: `# Privacy

We keep your address and your orders for 10 years because the tax office wants it. We never sell personal data.
You can ask for a copy of your data at any time; it is sent by e-mail within a month.
`,
  },
] as const;

/** SQL that creates the table of customers for `npm run demo:support`. */
export const CUSTOMERS = `CREATE TABLE IF NOT EXISTS customers (
  id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, tier TEXT NOT NULL) STRICT`;
/** SQL that adds the customer of `npm run demo:support`. */
export const ADD_CUSTOMER = `INSERT INTO customers (email, name, tier) VALUES ('ada@example.com', 'Ada', 'gold')
  ON CONFLICT (email) DO NOTHING`;

/** The orders of the shop in `npm run demo:support`, by the email address of the customer. */
export const ORDERS = {
  "ada@example.com": [
    { id: "A-1001", item: "desk lamp", status: "delivered" },
    { id: "A-1002", item: "office chair", status: "late" },
  ],
};

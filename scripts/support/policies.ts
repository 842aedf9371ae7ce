/** What the shop of the demo promises its customers. */
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
] as const;

export const CUSTOMERS = `CREATE TABLE IF NOT EXISTS customers (
  id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, tier TEXT NOT NULL) STRICT`;
export const ADD_CUSTOMER = `INSERT INTO customers (email, name, tier) VALUES ('ada@example.com', 'Ada', 'gold')
  ON CONFLICT (email) DO NOTHING`;

export const ORDERS = {
  "ada@example.com": [
    { id: "A-1001", item: "desk lamp", status: "delivered" },
    { id: "A-1002", item: "office chair", status: "late" },
  ],
};

/**
 * Every lock of the record, in the order in which a transaction takes them; it may leave some out, and never goes back. Two writers who
 * keep to it wait for each other in a line, not in a ring. What cannot be known in time (who comes up from a waitlist, who enrolls while
 * an offering is changed) is locked late: a ring that comes of it is broken by the server, and `transaction` runs the work again.
 *
 * | lock | how | what it protects |
 * |---|---|---|
 * | sandbox | advisory, shared and tried: `sandbox <tenant>`; alone for a reset | a reset has it for itself |
 * | import of a tenant | advisory, session: `matricula import <tenant>` | one import at a time |
 * | answer to a request | advisory, tried: `answer <tenant> <caller> <key>` | one first request with an Idempotency-Key |
 * | academy file | advisory: `academy <tenant>` | one academy file taken in at a time |
 * | thing made by key | advisory: `thing <tenant> <id>`, `delivery:<tenant>:<key>` | two makers of one key |
 * | tenant | row | settings, reset |
 * | tree of units | advisory: `units:<tenant>` | no ring of parents |
 * | groups | advisory: `groups:<tenant>`, shared for memberships, exclusive for tree and audiences | memberships, tree and audiences agree |
 * | group | row | the group and its members |
 * | identifiers | advisory: `people:<tenant>:<key>` folded, under `people:<tenant>` shared; large batches and imports hold the latter alone | one owner of a key |
 * | people | rows, in order of id | the person, everything a learner has: enrollments, attempts, marks, places, memberships |
 * | course | row | its versions, content, offerings being made |
 * | links of courses | advisory: `collection <tenant>`, `prerequisite <tenant>`, `term <tenant>` | no ring of courses or terms |
 * | offerings | rows, in order of id; `for key share` where something refers to them | seats and waitlist |
 * | join key | row | its uses |
 * | session | row | its places |
 * | certificates | advisory: `certificates:<tenant>`, shared for completions, exclusive for definitions | no award is missed |
 * | awards | rows, in order of id | the award |
 * | feed | row of `feed`, in a statement of its own | positions of events, last and for a moment |
 *
 * A row that is changed is locked before it is read for the decision, and its event is inserted after that: the order of events about a
 * thing is the order of its changes. Rows that others refer to are locked `for update` only to delete them.
 */
export {};

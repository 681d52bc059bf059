// Package historytest holds the engine against random histories: what people do in an exchange and in Luminance,
// what breaks between the two, and when the operator runs, is stopped or loses its ledger, in any order.
//
// A small model, which knows nothing of the engine's code, tells after each step what may have changed in Luminance,
// and, once nothing breaks any more, what has to stand there. It promises that what it calls wrong is wrong: where
// nobody could know better, because a service lied or the ledger is lost, it says so and lets it pass.
package historytest

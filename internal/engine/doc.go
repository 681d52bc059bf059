// Package engine carries documents: snapshot, plan, apply.
//
// A run lists the source (Snapshot), holds it against the ledger (Plan, a pure function: no clock, no
// network), and applies the actions. A dry run is the same plan, not applied.
//
// Its one promise: nothing is sent that isn't whole, nothing is sent twice, and nothing is ever deleted or
// replaced that the ledger doesn't know as its own. Before an upload the ledger holds the intent; what a
// crash leaves open is settled by looking in Luminance, never by sending again.
package engine

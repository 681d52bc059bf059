// Package inspect answers what people ask of a data room, a Division and a sync, live and from the ledger, for the API, the
// kubectl plugin and the console.
//
// Its one promise: it only reads. Nothing is written to either service, to the ledger or to an object, and no run is disturbed.
// What it asks of Luminance comes out of the instance's allowance like everything else, in the turns of a claimant of its
// own: it neither jumps the queue nor crosses the allowance. What it asks of an exchange is shared with the syncs that list it.
//
// It doesn't ask who asks: callers let in only those who may read the object.
package inspect

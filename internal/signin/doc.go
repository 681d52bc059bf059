// Package signin lets a person sign in to Intralinks for an integration: it makes the link, serves the pages, and
// takes what Intralinks' callback brings.
//
// Its promises: nobody begins a sign-in without a ticket, which is made at the wish of somebody who may change the
// integration, and works once and for ten minutes; only the browser that began a sign-in can end it, once; and no
// ticket, state, code or token gets into a log, an Event or a page other than the one that it is for.
//
// All that is pending lies in a Secret of the integration, and each step takes it a step further by comparing and
// swapping. So any replica can take any step, and none can be taken twice.
package signin

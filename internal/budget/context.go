package budget

import (
	"context"
	"sync/atomic"
)

type (
	claimantKey struct{}
	ticketKey   struct{}
	counterKey  struct{}
)

// WithClaimant names who the requests of this context are for.
func WithClaimant(ctx context.Context, claimant string) context.Context {
	return context.WithValue(ctx, claimantKey{}, claimant)
}

// ClaimantOf is the claimant of this context; "" if none is named, which is a claimant like any other.
func ClaimantOf(ctx context.Context) string {
	claimant, _ := ctx.Value(claimantKey{}).(string)
	return claimant
}

// WithTicket gives the context a ticket that was acquired before, for the first request sent with it by
// a Transport of the same budget; further requests acquire their own. A ticket that no request takes
// stays with the caller, who releases it.
func WithTicket(ctx context.Context, t *Ticket) context.Context {
	return context.WithValue(ctx, ticketKey{}, t)
}

// WithCounter lets the Transport count in n the requests of this context that were sent, or may have
// been.
func WithCounter(ctx context.Context, n *atomic.Int64) context.Context {
	return context.WithValue(ctx, counterKey{}, n)
}

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

// prepaid is the context's ticket of this budget, unless it was used up.
func (b *Budget) prepaid(ctx context.Context) *Ticket {
	t, _ := ctx.Value(ticketKey{}).(*Ticket)
	if t == nil || t.budget != b || t.ended.Load() || t.taken.Load() {
		return nil
	}
	return t
}

// Prepay waits for a ticket, before all others, and gives a context with it, for the first request that is
// sent with that; unless the context has one already. It is for what everybody waits for, such as a new token,
// and has a time limit of its own that the wait must not use up. Call release when the request is done with.
func (b *Budget) Prepay(ctx context.Context) (prepaid context.Context, release func(), err error) {
	ctx = WithClaimant(ctx, Foremost)
	if b.prepaid(ctx) != nil {
		return ctx, func() {}, nil
	}
	t, err := b.Acquire(ctx, Foremost)
	if err != nil {
		return nil, nil, err
	}
	return WithTicket(ctx, t), t.Release, nil
}

// WithCounter lets the Transport count in n the requests of this context that were sent, or may have
// been.
func WithCounter(ctx context.Context, n *atomic.Int64) context.Context {
	return context.WithValue(ctx, counterKey{}, n)
}

// Package tries tells clients of a service how often a read is worth trying.
package tries

import "context"

type onceKey struct{}

// Once has each read that a context goes with tried once. It is for who asks whether trouble that is known is over: where
// it is not, more tries in the same moment only cost the service more.
func Once(ctx context.Context) context.Context { return context.WithValue(ctx, onceKey{}, true) }

// Of is how often a read is tried: usually, or once.
func Of(ctx context.Context, usually int) int {
	if once, _ := ctx.Value(onceKey{}).(bool); once {
		return 1
	}
	return usually
}

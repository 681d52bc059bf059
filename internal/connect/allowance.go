package connect

import (
	"context"
	"time"

	"dataroom.dev/intralinks-operator/internal/budget"
)

// defaultPatience is how long a check waits for an answer of either service.
const defaultPatience = 5 * time.Minute

// ask makes a call to Luminance, with a token and a request of the allowance at hand before its time begins to run.
func (c *Connection) ask(ctx context.Context, call func(context.Context) error) error {
	if _, err := c.LuminanceTokens.Token(ctx); err != nil {
		return err
	}
	ticket, err := c.Budget.Acquire(ctx, budget.ClaimantOf(ctx))
	if err != nil {
		return err
	}
	defer ticket.Release() // of no effect once the request was sent
	ctx, cancel := context.WithTimeout(budget.WithTicket(ctx, ticket), c.patience)
	defer cancel()
	return call(ctx)
}

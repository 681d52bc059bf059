package signin

import (
	"context"
	"fmt"
	"time"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/tokens"
)

// View is where a sign-in stands, for who looks after the integration.
type View struct {
	// Ticket: a link may still be used, until Ends.
	Ticket bool
	// Underway: somebody has used it and isn't through, until Ends.
	Underway bool
	Ends     time.Time
	// Outcome of the last one, where it came to nothing.
	Outcome *Outcome
	// Refused is what somebody should have confirmed and didn't in time; it has to be revoked.
	Refused *tokens.Record
}

// Look tells where a sign-in stands, and ends one whose time is over. Callback is the address that Intralinks
// should have led back to.
func (d *Desk) Look(ctx context.Context, owner tokens.Owner, callback string) (View, error) {
	f, err := d.open(ctx, owner)
	if err != nil {
		return View{}, err
	}
	view := View{Ends: f.Ends, Outcome: f.Outcome}
	now := d.Clock.Now()
	if now.Before(f.Ends) {
		view.Ticket = f.Phase == offered
		view.Underway = f.Phase == begun || f.Phase == returned || f.Phase == confirming
		return view, nil
	}
	next := f.pending
	next.Phase, next.New = over, nil
	switch f.Phase {
	case begun:
		// The verifier stays: it tells of who comes back late that nobody came back before.
		next.Outcome = noCallback(callback)
	case returned:
		next.Outcome = brokenOff()
	case confirming:
		next.Outcome = notConfirmed()
		view.Refused = f.New
	default:
		return view, nil
	}
	next.Outcome.At = now.UTC()
	view.Outcome = next.Outcome
	return view, d.put(ctx, f, next)
}

// Forget ends whatever is under way, and gives what waited for a confirmation.
func (d *Desk) Forget(ctx context.Context, owner tokens.Owner) (*tokens.Record, error) {
	f, err := d.open(ctx, owner)
	if err != nil {
		return nil, err
	}
	return f.New, d.Secrets.Empty(ctx, f.secret)
}

func noCallback(callback string) *Outcome {
	return &Outcome{Reason: v1alpha1.CallbackNotRegisteredReason, Message: fmt.Sprintf(
		"a sign-in began, and nobody came back from Intralinks within ten minutes. If the person gave up, ask for another link. "+
			"If Intralinks showed an error, the callback is not registered for the API key: write to Intralinks, subject "+
			"\"Callback URL of an API key\": \"Please register the callback URL %s for our API key (client type ISV), "+
			"in the environment that the key was issued for.\"", callback)}
}

func brokenOff() *Outcome {
	return &Outcome{Reason: v1alpha1.SignInFailedReason, Message: "the sign-in broke off before its result could be kept; ask for another link"}
}

func notConfirmed() *Outcome {
	return &Outcome{Reason: v1alpha1.SignInDeniedReason, Message: "somebody signed in with another account than before, and nobody confirmed that within ten minutes; " +
		"the account stays as it was"}
}

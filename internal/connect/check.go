package connect

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/budget"
	"dataroom.dev/intralinks-operator/internal/intralinks"
	"dataroom.dev/intralinks-operator/internal/luminance"
	"dataroom.dev/intralinks-operator/internal/tokens"
	"dataroom.dev/intralinks-operator/internal/tries"
)

// MaxExchanges is how many exchanges a status lists.
const MaxExchanges = 200

// Known is what is known before a check.
type Known struct {
	// ServiceUser is what earlier checks learnt of the Luminance instance.
	ServiceUser *v1alpha1.ServiceUser
	// Trouble: something has failed several times in a row already, so each service is asked once.
	Trouble bool
}

// Check is what asking both services brought.
type Check struct {
	Ended time.Time
	// Intralinks and Luminance are what is wrong on each side; nil where nothing is.
	Intralinks, Luminance *Fault
	// Exchanges that the account can see, by name, at most MaxExchanges of ExchangeCount.
	Exchanges     []v1alpha1.ExchangeSummary
	ExchangeCount int32
	// ServiceUser and System are what Luminance told; nil where it wasn't asked.
	ServiceUser *v1alpha1.ServiceUser
	System      *luminance.System
}

// Fault is what is wrong with one side of a connection.
type Fault struct {
	Reason, Message string
	// Refused: the credentials were refused. They are not tried again until something changes, because
	// accounts lock.
	Refused bool
	// Until is when it is worth another try, where the service said so.
	Until time.Time
}

// Check asks both services. It costs a sign-in and a listing in Intralinks, and one request to Luminance:
// the first check learns who the service user is, later ones which product and version runs there. Credentials that
// were refused are tried once more, and not again before the next check.
func (c *Connection) Check(ctx context.Context, known Known) Check {
	ctx = budget.WithClaimant(ctx, "check")
	if known.Trouble {
		ctx = tries.Once(ctx)
	}
	c.refusedByIntralinks.forget()
	c.refusedByLuminance.forget()
	var check Check
	check.Exchanges, check.ExchangeCount, check.Intralinks = c.checkIntralinks(ctx)
	if err := c.ask(ctx, func(ctx context.Context) error { return c.checkLuminance(ctx, known, &check) }); err != nil {
		check.Luminance = c.luminanceFault(err, c.clock.Now())
	}
	check.Ended = c.clock.Now()
	return check
}

func (c *Connection) checkLuminance(ctx context.Context, known Known, check *Check) error {
	if known.ServiceUser == nil {
		me, err := c.Luminance.Me(ctx)
		if err == nil {
			check.ServiceUser = &v1alpha1.ServiceUser{ID: me.ID, Name: cmp.Or(me.Name, me.Username)}
		}
		return err
	}
	system, err := c.Luminance.System(ctx)
	if err == nil {
		check.System = &system
	}
	return err
}

// checkIntralinks lists the exchanges and keeps the first by name, so that a status doesn't change with the
// order in which the service happens to list them.
func (c *Connection) checkIntralinks(ctx context.Context) ([]v1alpha1.ExchangeSummary, int32, *Fault) {
	ctx, cancel := context.WithTimeout(ctx, c.patience)
	defer cancel()
	var exchanges []v1alpha1.ExchangeSummary
	for e, err := range c.Intralinks.Exchanges(ctx) {
		if err != nil {
			return nil, 0, intralinksFault(err, c.clock.Now())
		}
		exchanges = append(exchanges, v1alpha1.ExchangeSummary{ID: e.ID, Name: e.Name, Host: e.Host, Phase: e.Phase})
	}
	slices.SortFunc(exchanges, func(a, b v1alpha1.ExchangeSummary) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	exchanges = slices.CompactFunc(exchanges, func(a, b v1alpha1.ExchangeSummary) bool { return a.ID == b.ID })
	return exchanges[:min(len(exchanges), MaxExchanges)], int32(len(exchanges)), nil
}

// sessionLife is how long a session of somebody else goes on at least (Intralinks developer portal). Before that it is
// of no use to try again.
const sessionLife = time.Hour

// IntralinksFault tells what is wrong with a sign-in to Intralinks that failed.
func IntralinksFault(err error, now time.Time) *Fault { return intralinksFault(err, now) }

// asProblem turns what the Secret of the tokens says into what an integration says.
func asProblem(err error) error {
	var required *tokens.SignInRequiredError
	var foreign *tokens.ForeignError
	switch {
	case errors.As(err, &required):
		return &Problem{Reason: v1alpha1.SignInRequiredReason, Message: required.Error()}
	case errors.As(err, &foreign):
		return &Problem{Reason: v1alpha1.SecretInUseReason, Message: foreign.Error()}
	}
	return err
}

func intralinksFault(err error, now time.Time) *Fault {
	f := &Fault{Reason: v1alpha1.IntralinksUnreachableReason, Message: err.Error()}
	if problem := (*Problem)(nil); errors.As(asProblem(err), &problem) {
		f.Reason, f.Message = problem.Reason, problem.Message
		return f
	}
	var e *intralinks.Error
	if !errors.As(err, &e) {
		return f
	}
	if e.RetryAfter > 0 {
		f.Until = now.Add(e.RetryAfter)
	}
	switch {
	case e.MaybeOtherAuthVersion:
		f.Reason, f.Refused = v1alpha1.AuthVersionMismatchReason, true
		f.Message = "Intralinks refuses the API key in a way that the other Auth API version would explain: " +
			"set spec.intralinks.authAPIVersion to v3 for keys issued after February 2024, to v2 for older ones (" + e.Error() + ")"
	case e.Class == intralinks.InvalidCredentials:
		f.Reason, f.Refused = v1alpha1.InvalidCredentialsReason, true
		f.Message = "Intralinks refuses the credentials: " + e.Error() + "; correct the Secret, they are not tried again until it changes, because accounts lock"
		if e.Op == intralinks.OpSignInV3 {
			f.Message += "; a key issued before March 2024 needs spec.intralinks.authAPIVersion v2"
		}
	case e.Class == intralinks.Auth:
		f.Reason = v1alpha1.InvalidCredentialsReason
		f.Message = "Intralinks issues a token and then refuses it: " + e.Error() + "; check that the API key is active and belongs to this host"
	case e.Class == intralinks.SessionTaken:
		f.Reason, f.Until = v1alpha1.SessionTakenReason, now.Add(sessionLife)
		f.Message = "the account is signed in elsewhere: " + e.Error() + "; give the operator an account of its own, or set spec.intralinks.endOtherSessions"
	case e.Class == intralinks.Denied:
		f.Reason = v1alpha1.IntralinksForbiddenReason
	case e.Class == intralinks.Throttled:
		f.Reason = v1alpha1.ThrottledReason
	}
	return f
}

// luminanceFault doesn't blame Luminance for a check that got no request to make in its time.
func (c *Connection) luminanceFault(err error, now time.Time) *Fault {
	if next := c.Budget.State().ResetAt; errors.Is(err, context.DeadlineExceeded) && !next.IsZero() {
		return &Fault{Reason: v1alpha1.ThrottledReason, Until: next, Message: "the request allowance of the Luminance instance is used up until " +
			next.UTC().Format(time.TimeOnly) + " UTC; the check is repeated by itself"}
	}
	return luminanceFault(err, now)
}

func luminanceFault(err error, now time.Time) *Fault {
	f := &Fault{Reason: v1alpha1.LuminanceUnreachableReason, Message: err.Error()}
	var e *luminance.Error
	if !errors.As(err, &e) {
		return f
	}
	if e.RetryAfter > 0 {
		f.Until = now.Add(e.RetryAfter)
	}
	switch e.Class {
	case luminance.InvalidCredentials, luminance.Auth:
		f.Reason, f.Refused = v1alpha1.InvalidCredentialsReason, e.Class == luminance.InvalidCredentials
		f.Message = "Luminance refuses the service user: " + e.Error() + "; correct clientID and clientSecret in the Secret"
	case luminance.Forbidden:
		f.Reason = v1alpha1.LuminanceForbiddenReason
		f.Message = "Luminance refuses the service user: " + e.Error()
	case luminance.NotFound:
		f.Message = fmt.Sprintf("Luminance has no such address: %s; check spec.luminance.baseURL and spec.luminance.apiVersion", e.Error())
	case luminance.RateLimited:
		f.Reason = v1alpha1.ThrottledReason
		f.Message = "the request allowance of the Luminance instance is used up; the check is repeated by itself"
	}
	return f
}

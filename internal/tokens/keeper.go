package tokens

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"k8s.io/utils/clock"

	"dataroom.dev/intralinks-operator/internal/intralinks"
)

const (
	// useFor is the part of an access token's life after which it is renewed.
	useFor = 0.8
	// renewalTimeout bounds the request of a renewal.
	renewalTimeout = 40 * time.Second
	// flightLimit is how long another process may take for a renewal, request and writing, before it counts as
	// broken off. It is counted from when its mark was first seen here, so clocks needn't agree.
	flightLimit = 90 * time.Second
	// lookAgain is how often the mark of another process is looked at.
	lookAgain = time.Second
	// calm is how soon after a renewal a token that is refused again isn't renewed again.
	calm = time.Minute
)

// SignInRequiredError tells that there is nothing to get a token with before a person signs in.
type SignInRequiredError struct{ Loss Loss }

func (e *SignInRequiredError) Error() string {
	switch e.Loss {
	case NeverHad:
		return "the sign-in to Intralinks is over, and there is no refresh token to renew it with"
	case NotEnabled:
		return "the sign-in to Intralinks is over, and Intralinks has not enabled the grant refresh_token for the API key"
	case Refused:
		return "Intralinks has refused to renew the sign-in"
	case OutcomeUnknown:
		return "a renewal of the sign-in broke off, and the refresh token may be used up"
	}
	return "nobody has signed in to Intralinks"
}

// Grant renews tokens; *intralinks.CodeFlow does.
type Grant interface {
	Refresh(ctx context.Context, refreshToken string) (*oauth2.Token, error)
}

// Keeper gets access tokens out of the Secret of one integration, and renews them.
type Keeper struct {
	Secrets *Secrets
	Owner   Owner
	Grant   Grant
	// Service is what the tokens have to be for; see Record.
	Service string
	Clock   clock.WithTicker

	mu sync.Mutex
	// handed is the access token that was given out last: being asked again means that it won't do any more.
	handed string
	// unsaved is the outcome of a renewal that the API server didn't take yet.
	unsaved *outcome
	// seen is the mark of another process, since is when it was first seen.
	seen  string
	since time.Time
}

// outcome is what a renewal came to: the record to write in place of the one with its mark.
type outcome struct {
	mark string
	next Record
	err  error
}

// Token gives an access token that hasn't been given out before, or one that is still good. It is a bearer.Fetch.
func (k *Keeper) Token(ctx context.Context) (*oauth2.Token, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for {
		token, err := k.step(ctx)
		if token != nil || err != nil && !errors.Is(err, ErrConflict) {
			return token, err
		}
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("another process renews the sign-in: %w", err)
		}
	}
}

// step takes the next step; neither a token nor an error asks for another, as does ErrConflict.
func (k *Keeper) step(ctx context.Context) (*oauth2.Token, error) {
	if k.unsaved != nil {
		return nil, k.settle(ctx)
	}
	stored, err := k.Secrets.Load(ctx, k.Owner)
	if err != nil {
		return nil, err
	}
	now := k.Clock.Now()
	switch {
	case stored.Service != k.Service || !stored.Usable(now):
		return nil, signInRequired(stored.Lost)
	case k.giveOut(stored.Record, now):
		return k.give(stored.Record), nil
	case stored.RefreshToken == "":
		return nil, signInRequired(stored.Lost)
	case stored.Renewing != "" && !k.brokenOff(stored.Renewing):
		return nil, k.wait(ctx)
	case stored.Renewing != "" && !stored.Stays:
		_, err := k.Secrets.Save(ctx, stored, unmarked(stored.without(OutcomeUnknown)))
		return nil, err
	}
	return nil, k.renew(ctx, stored)
}

// giveOut tells whether an access token will do as it is: nobody had it before, and it has some life left; or it is
// all that there is; or it has only just been renewed, so that it isn't its age for which it was refused.
func (k *Keeper) giveOut(r Record, now time.Time) bool {
	if r.AccessToken == "" || !now.Before(r.AccessUntil) {
		return false
	}
	if r.AccessToken == k.handed {
		return now.Sub(r.AccessFrom) < calm && r.AccessFrom.After(r.ObtainedAt)
	}
	life := r.AccessUntil.Sub(r.AccessFrom)
	return r.RefreshToken == "" || now.Before(r.AccessFrom.Add(time.Duration(float64(life)*useFor)))
}

func (k *Keeper) give(r Record) *oauth2.Token {
	k.handed = r.AccessToken
	return &oauth2.Token{AccessToken: r.AccessToken, TokenType: "Bearer", Expiry: jittered(r)}
}

// jittered is the end of an access token, less up to a tenth of its life: what was signed in together drifts apart.
func jittered(r Record) time.Time {
	sum := byte(0)
	for _, b := range []byte(r.AccessToken) {
		sum = sum*31 + b
	}
	return r.AccessUntil.Add(-time.Duration(float64(r.AccessUntil.Sub(r.AccessFrom)) / 10 * float64(sum) / 256))
}

// brokenOff tells whether the process that set a mark has had its time.
func (k *Keeper) brokenOff(mark string) bool {
	now := k.Clock.Now()
	if k.seen != mark {
		k.seen, k.since = mark, now
	}
	return now.Sub(k.since) >= flightLimit
}

func (k *Keeper) wait(ctx context.Context) error {
	timer := k.Clock.NewTimer(lookAgain)
	defer timer.Stop()
	select {
	case <-timer.C():
		return nil
	case <-ctx.Done():
		return nil // Token says so
	}
}

// renew marks the Secret, renews, and has the outcome written.
func (k *Keeper) renew(ctx context.Context, stored *Stored) error {
	began := k.Clock.Now()
	mark := began.UTC().Format(time.RFC3339Nano) + " " + rand.Text()
	marked := stored.Record
	marked.Renewing = mark
	if _, err := k.Secrets.Save(ctx, stored, marked); err != nil {
		return err
	}
	asking, cancel := context.WithTimeout(ctx, renewalTimeout)
	defer cancel()
	token, err := k.Grant.Refresh(asking, stored.RefreshToken)
	next := unmarked(after(stored.Record, token, err, began))
	if next.RefreshToken == "" {
		err = nil // the record tells more than the error
	}
	k.unsaved = &outcome{mark: mark, next: next, err: err}
	return k.settle(ctx)
}

// after tells what is left once a renewal has ended.
func after(r Record, token *oauth2.Token, err error, began time.Time) Record {
	switch {
	case err == nil:
		return r.renewed(token, began)
	case intralinks.ClassOf(err) == intralinks.GrantRefused:
		return r.without(Refused)
	case notEnabled(err):
		return r.without(NotEnabled)
	case r.Stays || intralinks.Unsent(err) || definite(err):
		return r
	}
	return r.without(OutcomeUnknown)
}

// notEnabled tells whether the API key may not renew anything (the spelling is that of RFC 6749; inferred).
func notEnabled(err error) bool {
	var e *intralinks.Error
	return errors.As(err, &e) && e.Class == intralinks.Permanent && strings.Contains(e.SubCode+e.Message, "unsupported_grant_type")
}

// definite tells whether an error is an answer which says that nothing was renewed. Failures of a server or a gateway
// leave that open, but for 503, by which it turns requests away.
func definite(err error) bool {
	var e *intralinks.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Class {
	case intralinks.InvalidCredentials, intralinks.SessionTaken, intralinks.Throttled, intralinks.Auth, intralinks.Denied:
		return true
	}
	return e.Status >= 300 && e.Status < 500 && e.Status != 408 || e.Status == 503
}

func unmarked(r Record) Record {
	r.Renewing = ""
	return r
}

// settle writes the outcome of a renewal, as often as it takes while ctx lasts. Where another record than the marked
// one stands in the Secret, somebody has signed in anew, and the outcome is of no use any more.
func (k *Keeper) settle(ctx context.Context) error {
	for {
		err := k.write(ctx)
		if err == nil {
			err, k.unsaved = k.unsaved.err, nil
			return err
		}
		if !errors.Is(err, ErrConflict) && k.wait(ctx) == nil && ctx.Err() != nil {
			return fmt.Errorf("the sign-in was renewed, and can't be kept yet: %w", err)
		}
	}
}

func (k *Keeper) write(ctx context.Context) error {
	stored, err := k.Secrets.Load(ctx, k.Owner)
	if err != nil {
		return err
	}
	if stored.Renewing != k.unsaved.mark {
		k.unsaved.err = nil
		return nil
	}
	_, err = k.Secrets.Save(ctx, stored, k.unsaved.next)
	return err
}

func signInRequired(why Loss) error {
	return &intralinks.Error{Op: intralinks.OpRefreshToken, Class: intralinks.Auth, Err: &SignInRequiredError{Loss: why}}
}

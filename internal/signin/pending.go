package signin

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"time"

	"golang.org/x/oauth2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/clock"

	"dataroom.dev/intralinks-operator/internal/tokens"
)

const (
	// ticketLife is how long each step of a sign-in may take: using the link, coming back, confirming.
	ticketLife = 10 * time.Minute
	// secretBytes is the size of tickets, states and what binds a browser.
	secretBytes = 32
	// suffix of the Secret's name.
	suffix = "-intralinks-sign-in"
	// dataKey of the only value in it.
	dataKey = "pending"
)

// Why a step can't be taken.
var (
	errUnknown = errors.New("no such ticket or sign-in")
	errUsed    = errors.New("used already")
	errLate    = errors.New("too late")
)

// phase of a sign-in.
type phase string

const (
	offered    phase = "Offered"    // there is a ticket
	begun      phase = "Begun"      // the person is on Intralinks' page
	returned   phase = "Returned"   // the code is being exchanged
	confirming phase = "Confirming" // the person is asked whether the account may change
	over       phase = "Over"
)

// pending is a sign-in under way, or the outcome of the last one. It holds hashes where it can.
type pending struct {
	Phase phase     `json:"phase"`
	Ends  time.Time `json:"ends,omitzero"`
	// Ticket is a hash, and Key and Browser are, which stand for the state, or the confirmation, and the cookie.
	Ticket  string `json:"ticket,omitempty"`
	Key     string `json:"key,omitempty"`
	Browser string `json:"browser,omitempty"`
	// Verifier is the one of PKCE.
	Verifier string `json:"verifier,omitempty"`
	// New is what waits for a confirmation.
	New *tokens.Record `json:"new,omitempty"`
	// Outcome of the last sign-in.
	Outcome *Outcome `json:"outcome,omitempty"`
}

// Outcome is what became of a sign-in that brought no token.
type Outcome struct {
	// Reason is one of the integration's; Message says what to do.
	Reason  string    `json:"reason"`
	Message string    `json:"message"`
	At      time.Time `json:"at"`
}

// Desk keeps the sign-ins that are under way.
type Desk struct {
	Secrets *tokens.Secrets
	Clock   clock.PassiveClock
}

// file is a pending as it stands in its Secret.
type file struct {
	pending
	secret *corev1.Secret
}

func (d *Desk) open(ctx context.Context, owner tokens.Owner) (*file, error) {
	secret, err := d.Secrets.Get(ctx, owner, suffix)
	if err != nil {
		return nil, err
	}
	f := &file{secret: secret}
	// What a person has spoilt is no sign-in.
	if json.Unmarshal(secret.Data[dataKey], &f.pending) != nil {
		f.pending = pending{}
	}
	return f, nil
}

// put files a pending over the one that was opened; errUsed if somebody else did so first.
func (d *Desk) put(ctx context.Context, over *file, p pending) error {
	data, err := json.Marshal(p)
	if err != nil {
		return err
	}
	secret := over.secret.DeepCopy()
	secret.Data = map[string][]byte{dataKey: data}
	if err := d.Secrets.Put(ctx, secret); !errors.Is(err, tokens.ErrConflict) {
		return err
	}
	return errUsed
}

// Offer makes a ticket, good for once and ten minutes. Earlier ones, and a sign-in that is under way, end by it.
func (d *Desk) Offer(ctx context.Context, owner tokens.Owner) (ticket string, ends time.Time, err error) {
	f, err := d.open(ctx, owner)
	if err != nil {
		return "", time.Time{}, err
	}
	ticket, ends = newSecret(), d.Clock.Now().Add(ticketLife).UTC()
	return ticket, ends, d.put(ctx, f, pending{Phase: offered, Ends: ends, Ticket: hashOf(ticket)})
}

// Begun is what a sign-in begins with.
type Begun struct{ State, Browser, Verifier string }

// Begin uses a ticket up.
func (d *Desk) Begin(ctx context.Context, owner tokens.Owner, ticket string) (*Begun, error) {
	f, err := d.open(ctx, owner)
	switch {
	case err != nil:
		return nil, err
	case f.Ticket == "" || !same(f.Ticket, ticket):
		return nil, errUnknown
	case f.Phase != offered:
		return nil, errUsed
	case !d.Clock.Now().Before(f.Ends):
		return nil, errLate
	}
	b := &Begun{State: newSecret(), Browser: newSecret(), Verifier: oauth2.GenerateVerifier()}
	return b, d.put(ctx, f, pending{
		Phase: begun, Ends: d.Clock.Now().Add(ticketLife).UTC(), Ticket: f.Ticket,
		Key: hashOf(b.State), Browser: hashOf(b.Browser), Verifier: b.Verifier,
	})
}

// Return takes a person back who comes with a state, in the browser of the sign-in, and gives the verifier.
func (d *Desk) Return(ctx context.Context, owner tokens.Owner, state, browser string) (verifier string, err error) {
	f, err := d.belonging(ctx, owner, state, browser)
	switch {
	case err != nil:
		return "", err
	case f.Phase != begun && f.Phase != over:
		return "", errUsed
	case f.Verifier == "":
		return "", errUsed
	}
	next := f.pending
	next.Phase, next.Verifier, next.Ends = returned, "", d.Clock.Now().Add(ticketLife).UTC()
	late := !d.Clock.Now().Before(f.Ends)
	if err := d.put(ctx, f, next); err != nil {
		return "", err
	}
	if late {
		return "", errLate
	}
	return f.Verifier, nil
}

// Ask puts off what a sign-in brought until the same browser confirms it, and gives the keys to that.
func (d *Desk) Ask(ctx context.Context, owner tokens.Owner, state, browser string, brought tokens.Record) (key, cookie string, err error) {
	f, err := d.belonging(ctx, owner, state, browser)
	if err != nil {
		return "", "", err
	}
	if f.Phase != returned {
		return "", "", errUsed
	}
	key, cookie = newSecret(), newSecret()
	return key, cookie, d.put(ctx, f, pending{
		Phase: confirming, Ends: d.Clock.Now().Add(ticketLife).UTC(), Ticket: f.Ticket,
		Key: hashOf(key), Browser: hashOf(cookie), New: &brought,
	})
}

// Answer takes the answer to a question, once, and gives what waited for it.
func (d *Desk) Answer(ctx context.Context, owner tokens.Owner, key, browser string) (*tokens.Record, error) {
	f, err := d.belonging(ctx, owner, key, browser)
	switch {
	case err != nil:
		return nil, err
	case f.Phase != confirming:
		return nil, errUsed
	case !d.Clock.Now().Before(f.Ends):
		return nil, errLate // who looks after the integration revokes what waited
	}
	next := f.pending
	next.Phase, next.New = returned, nil
	return f.New, d.put(ctx, f, next)
}

// Close ends a sign-in with an outcome; nil: it went well. Another that has begun since is left alone.
func (d *Desk) Close(ctx context.Context, owner tokens.Owner, key string, outcome *Outcome) error {
	if outcome != nil {
		outcome.At = d.Clock.Now().UTC()
	}
	for {
		f, err := d.open(ctx, owner)
		if err != nil || f.Key == "" || !same(f.Key, key) {
			return err
		}
		next := f.pending
		next.Phase, next.New, next.Verifier, next.Outcome = over, nil, "", outcome
		if err := d.put(ctx, f, next); !errors.Is(err, errUsed) {
			return err
		}
	}
}

// belonging opens the sign-in that a key and a browser belong to. Both are compared in any case.
func (d *Desk) belonging(ctx context.Context, owner tokens.Owner, key, browser string) (*file, error) {
	f, err := d.open(ctx, owner)
	if err != nil {
		return nil, err
	}
	sameKey, sameBrowser := same(f.Key, key), same(f.Browser, browser)
	if f.Key == "" || !sameKey || !sameBrowser {
		return nil, errUnknown
	}
	return f, nil
}

// newSecret makes 256 random bits, as 43 characters that a URL and a cookie take as they are.
func newSecret() string {
	b := make([]byte, secretBytes)
	_, _ = rand.Read(b) // it never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// isSecret tells whether a text may be one of newSecret.
func isSecret(s string) bool {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return err == nil && len(b) == secretBytes
}

// hashOf a secret is what is kept of it: 256 random bits need no salt.
func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// same compares in a time that tells nothing.
func same(hash, secret string) bool {
	return subtle.ConstantTimeCompare([]byte(hash), []byte(hashOf(secret))) == 1
}

package intralinks

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
)

// The states of an entrance that this package knows what to do about.
const (
	// StateAllow lets in; no other state does.
	StateAllow = "ALLOW"
	// StateAcceptSplash asks to accept the splash screen.
	StateAcceptSplash = "ACCEPT_SPLASH"
)

// Entry says what may be done at the entrance of an exchange.
type Entry struct {
	// AcceptSplash is somebody's consent to accept the splash screen, which
	// is often an NDA. Without it, nothing is ever sent as accepted.
	AcceptSplash bool
	// TextHash narrows the consent to one text, by its Splash.TextHash; empty
	// consents to whatever text there is.
	TextHash string
}

// consents tells whether a splash may be accepted.
func (e Entry) consents(splash Splash) bool {
	return e.AcceptSplash && (e.TextHash == "" || e.TextHash == splash.TextHash())
}

// Splash reads the splash screen of an exchange. Where there is none, it
// returns one that is not Present; what the server answers then is unknown, so
// callers should expect class NotFoundOrDenied as well.
func (c *Client) Splash(ctx context.Context, exchange int64) (Splash, error) {
	cl := call{
		op: OpGetSplash, method: http.MethodGet,
		path: exchangePath(exchange, "splash"), target: exchangeTarget(exchange),
	}
	var splash Splash
	err := c.retry(ctx, func() error {
		keys, err := c.object(ctx, cl)
		if err != nil {
			return err
		}
		splash, err = splashIn(keys)
		if err != nil {
			return &Error{Op: cl.op, Target: cl.target, Class: Permanent, Err: err}
		}
		return nil
	})
	return splash, err
}

// Enter enters an exchange for the session of the current token: it reads the
// splash screen and answers it. It returns an EntryError if the splash must be
// accepted and the entry does not consent to it (nothing is posted then), and if
// the server wants something that only a person can give.
func (c *Client) Enter(ctx context.Context, exchange int64, e Entry) error {
	_, err := c.enter(ctx, exchange, e)
	return err
}

// enter is Enter; accepted is the hash of the text that was accepted, empty if
// there was none to accept.
func (c *Client) enter(ctx context.Context, exchange int64, e Entry) (accepted string, err error) {
	splash, err := c.Splash(ctx, exchange)
	unread := err != nil
	if unread && !mayLackSplash(err) {
		return "", err
	}
	if splash.Required {
		if !e.consents(splash) {
			return "", &EntryError{Exchange: exchange, State: StateAcceptSplash, TextHash: splash.TextHash(), Consented: e.consented()}
		}
		accepted = splash.TextHash()
	}
	// A consent to one text is none to a text that can't be read.
	state, err := c.postSplash(ctx, exchange, e.AcceptSplash && !(unread && e.TextHash != ""))
	if err != nil {
		return "", err
	}
	if state != StateAllow {
		return "", &EntryError{Exchange: exchange, State: state, Consented: e.consented()}
	}
	return accepted, nil
}

// consented is the text that the entry consents to alone.
func (e Entry) consented() string {
	if !e.AcceptSplash {
		return ""
	}
	return e.TextHash
}

// mayLackSplash tells whether the failure to read a splash may mean that there
// is none (inferred). The post that follows then decides, and fails in the same
// way if it is the exchange that cannot be reached.
func mayLackSplash(err error) bool {
	if ClassOf(err) == NotFoundOrDenied {
		return true
	}
	own, ok := errors.AsType[*Error](err)
	return ok && own.Op == OpGetSplash && own.Status == http.StatusNotFound
}

// postSplash answers the splash screen and returns the state that the server
// puts the entry in. It is no read, so it is not repeated.
func (c *Client) postSplash(ctx context.Context, exchange int64, accept bool) (string, error) {
	body, err := json.Marshal(struct {
		AcceptSplash bool `json:"acceptSplash"`
	}{accept})
	if err != nil {
		return "", err
	}
	keys, err := c.object(ctx, call{
		op: OpEnterExchange, method: http.MethodPost,
		path: exchangePath(exchange, "splash"), target: exchangeTarget(exchange), body: body,
	})
	if err != nil {
		return "", err
	}
	var state looseText
	if raw := keys["state"]; present(raw) {
		_ = json.Unmarshal(raw, &state)
	}
	return safe(string(state), 60), nil
}

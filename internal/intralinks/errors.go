package intralinks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// maxErrorText is the greatest length of an Error's text in bytes.
const maxErrorText = 300

// Error is any failure of a call: an answer of the server that is not a
// success, whatever its shape, or the lack of an answer.
type Error struct {
	// Op is the operation, one of the Op constants.
	Op string
	// Target says what the operation was about, by ids: "exchange 7100015".
	Target string
	// Status is the HTTP status; 0 if no answer came.
	Status int
	// Code is the code in the body, which can differ from Status; 0 if none.
	Code int
	// SubCode is Intralinks' own code, such as "3-1" or "018", or the code of
	// the gateway's fault.
	SubCode string
	// Message is what the server said, in one line of at most 300 bytes,
	// without control characters and without anything like a token.
	Message string
	// ErrorID is the server's name for the incident, for its support.
	ErrorID string
	// ContentType is the media type of the answer.
	ContentType string
	// Class is what callers switch on.
	Class Class
	// RetryAfter is how long the server asked to wait; 0 if it did not say.
	RetryAfter time.Duration
	// MaybeOtherAuthVersion is set on a refused sign-in whose answer would be
	// explained by credentials of the other Auth API version: the gateway
	// does not know the key, or the sign-in path. Inferred.
	MaybeOtherAuthVersion bool
	// Err is the cause where there is one (network, decoding); may be nil.
	Err error
	// unsent: no byte of the request can have reached the service.
	unsent bool
}

// Error says what was tried, on what, what came back and what to do, in at
// most 300 bytes without control characters, tokens or opaque words.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Op)
	if e.Target != "" {
		b.WriteString(" of " + e.Target)
	}
	b.WriteString(": ")
	b.WriteString(strings.Join(e.said(), "; "))
	return cut(clean(b.String()), maxErrorText)
}

// said collects the parts of the text after the colon.
func (e *Error) said() []string {
	parts := make([]string, 0, 4)
	if e.Status != 0 {
		answer := fmt.Sprintf("HTTP %d", e.Status)
		if e.SubCode != "" {
			answer += " subcode " + safe(e.SubCode, 60)
		}
		parts = append(parts, answer)
	}
	if e.Message != "" {
		parts = append(parts, safe(e.Message, 140))
	}
	if e.Err != nil {
		parts = append(parts, safe(e.Err.Error(), 100))
	}
	if advice := e.advice(); advice != "" {
		parts = append(parts, advice)
	}
	return parts
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// advice says in a few words what mends the error.
func (e *Error) advice() string {
	if e.MaybeOtherAuthVersion {
		return "are these credentials of the other Auth API version?"
	}
	switch e.Class {
	case InvalidCredentials:
		return "check API key, secret and account"
	case GrantRefused:
		return "sign in again"
	case SessionTaken:
		return "signed in elsewhere: use an account of its own"
	case NotFoundOrDenied:
		return "check the id and that the account is a member"
	case Denied:
		return "ask a manager of the exchange for access"
	case Throttled, Transient:
		return "try again later"
	case Auth, NotEntered, Protected, Canceled, Permanent:
		return ""
	}
	return ""
}

// EntryError says that an exchange cannot be entered without a person. It is
// of class NotEntered.
type EntryError struct {
	// Exchange is the id of the exchange.
	Exchange int64
	// State is what the server asks for: ACCEPT_SPLASH, ONE_TIME_PASSWORD,
	// OTP_DELIVERY_OPTION, SECURITY_QUESTION, CONTENT_DECLARATION_REQUIRED
	// (Intralinks developer portal) or another word; "" if it did not say.
	State string
	// TextHash is the SHA-256, in hex, of the splash text that has to be
	// accepted; "" where it wasn't read. Consented is that of the only text that
	// may be, where it is another one.
	TextHash, Consented string
}

// Error says which step is missing and who can take it.
func (e *EntryError) Error() string {
	state := e.State
	if state == "" {
		state = "no state at all"
	}
	what := "a person must take this step in the browser"
	switch {
	case e.State == StateAcceptSplash && e.Consented != "":
		what = "its splash screen must be accepted, and is not the one that there is consent to"
	case e.State == StateAcceptSplash:
		what = "its splash screen must be accepted, which this client was not told to do"
	}
	return fmt.Sprintf("%s of exchange %d: the server answers %s; %s",
		OpEnterExchange, e.Exchange, safe(state, 60), what)
}

// ClassOf returns the class of an error of this package, wrapped or not: ""
// for nil, NotEntered for an EntryError, Canceled for an ended context,
// Transient for network errors and bodies that end early, and Permanent for
// what it does not know.
func ClassOf(err error) Class {
	if err == nil {
		return ""
	}
	if own, ok := errors.AsType[*Error](err); ok {
		return own.Class
	}
	if _, ok := errors.AsType[*EntryError](err); ok {
		return NotEntered
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return Canceled
	}
	if _, ok := errors.AsType[net.Error](err); ok || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return Transient
	}
	return Permanent
}

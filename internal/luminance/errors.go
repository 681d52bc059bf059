package luminance

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Class says what a caller can do about an error.
type Class string

const (
	// Auth: the access token was refused, also a renewed one.
	Auth Class = "Auth"
	// InvalidCredentials: the token endpoint refused the client ID or secret.
	InvalidCredentials Class = "InvalidCredentials"
	// Forbidden: the service user lacks a role.
	Forbidden Class = "Forbidden"
	// NotFound: no such object, or none that the service user may see.
	NotFound Class = "NotFound"
	// Conflict: a write clashed with what is there. On an upload it is a 422,
	// which may mean other things too: confirm it by a look-up.
	Conflict Class = "Conflict"
	// Invalid: the request cannot succeed as it is.
	Invalid Class = "Invalid"
	// TooLarge: the document is larger than the instance takes.
	TooLarge Class = "TooLarge"
	// RateLimited: the instance's allowance is spent; see Error.RetryAfter.
	RateLimited Class = "RateLimited"
	// Transient: the network or the instance failed; the same may work later.
	Transient Class = "Transient"
	// Truncated: a listing may lack entries; see TruncatedError.
	Truncated Class = "Truncated"
	// Aborted: the caller's own Body failed or had another length than it
	// said. The request was broken off and nothing landed.
	Aborted Class = "Aborted"
)

// advice completes an error's text with what to do, where the class alone
// tells.
var advice = map[Class]string{
	Auth:               "check that the service user is active",
	InvalidCredentials: "check clientID and clientSecret of the service user",
	Forbidden:          "ask a Luminance administrator to give the service user access",
	RateLimited:        "wait until the instance's request allowance is free again",
	TooLarge:           "limit the size of documents that are synced",
}

// Error is a call that failed. Status classes follow the responses declared by
// Luminance API v1.4; error bodies have no documented form, so only the status
// decides.
type Error struct {
	// Op is the operation, as OperationOf gives it.
	Op string
	// On names what it was tried on, by ids.
	On string
	// Status is the HTTP status; 0 when no answer came.
	Status int
	Class  Class
	// RetryAfter is what the server asked for, at most a day; 0 if nothing.
	RetryAfter time.Duration
	// Message is what the server said: at most 300 bytes, without control
	// characters, secrets and the name of the document at hand.
	Message string
	// Uncertain is set on a write that was sent whole and whose outcome is
	// unknown. It may have been done: look before sending it again.
	Uncertain bool
	// Err is the cause, where there is one besides the answer.
	Err error

	// settled keeps a read from being repeated when an equal answer is certain.
	settled bool
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("luminance: " + e.Op)
	if e.On != "" {
		b.WriteString(" (" + e.On + ")")
	}
	fmt.Fprintf(&b, ": %s", e.Class)
	if e.Status != 0 {
		fmt.Fprintf(&b, ", status %d", e.Status)
	}
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	if e.Err != nil {
		b.WriteString(": " + clean(e.Err.Error()))
	}
	if e.Uncertain {
		b.WriteString("; it may have been done all the same, so look before repeating it")
	}
	var inner *Error // one that has advised already
	if what := advice[e.Class]; what != "" && !errors.As(e.Err, &inner) {
		b.WriteString("; " + what)
	}
	return b.String()
}

// Unwrap gives the cause, so that a cancelled context or a Body's own error is
// found with errors.Is.
func (e *Error) Unwrap() error { return e.Err }

// ClassOf gives the class of an error of this package, also a wrapped one, and
// "" for any other.
func ClassOf(err error) Class {
	if e := (*Error)(nil); errors.As(err, &e) {
		return e.Class
	}
	if e := (*TruncatedError)(nil); errors.As(err, &e) {
		return Truncated
	}
	if e := (*NotFoundError)(nil); errors.As(err, &e) {
		return NotFound
	}
	if e := (*AmbiguousError)(nil); errors.As(err, &e) {
		return Invalid
	}
	return ""
}

// Uncertain tells whether err is a write whose outcome is unknown.
func Uncertain(err error) bool {
	e := (*Error)(nil)
	return errors.As(err, &e) && e.Uncertain
}

// TruncatedError ends a listing that may lack entries. Those that came are
// real; that something is absent must not be concluded from it. Folders and
// documents can still be looked up by parent and name.
type TruncatedError struct {
	// Op and On are those of Error.
	Op, On string
	// Count is how many different entries came.
	Count int
	// Reason says what made the listing doubtful.
	Reason string
}

func (e *TruncatedError) Error() string {
	return fmt.Sprintf("luminance: %s (%s): the listing may be cut after %d entries: %s; look entries up by parent and name",
		e.Op, e.On, e.Count, e.Reason)
}

package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/intralinks"
	"dataroom.dev/intralinks-operator/internal/luminance"
)

// Failure is why a run ended early, in terms of who can mend it.
type Failure struct {
	// Reason is one of the FolderSync's reasons; Message says what to do.
	Reason, Message string
	// Stalled: no retry can mend it, somebody has to change the spec.
	Stalled bool
	// Until is when work can resume, where that is known.
	Until time.Time
	// Integration: the connection itself is in doubt, so it is worth checking.
	Integration bool
	// Err is the cause, for the log.
	Err error
}

func (f *Failure) Error() string { return f.Reason + ": " + f.Message }

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.Err }

// AsFailure tells of an error of either client, or of this package, who can mend it. A nil error has no failure.
func AsFailure(err error, now time.Time) *Failure { return asFailure(err, now) }

// asFailure classifies an error that ended a run. A nil error has no failure.
func asFailure(err error, now time.Time) *Failure {
	var failure *Failure
	var entry *intralinks.EntryError
	var remote *intralinks.Error
	var destination *luminance.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &failure):
		return failure
	case errors.As(err, &entry):
		return entryFailure(entry)
	case errors.As(err, &remote):
		return intralinksFailure(remote, now)
	case errors.As(err, &destination):
		return luminanceFailure(destination, now)
	case errors.Is(err, context.Canceled):
		return &Failure{Reason: v1alpha1.SyncFailedReason, Message: "the run was stopped", Err: err}
	default:
		return &Failure{Reason: v1alpha1.SyncFailedReason, Message: err.Error(), Err: err}
	}
}

func entryFailure(e *intralinks.EntryError) *Failure {
	if e.State == intralinks.StateAcceptSplash {
		return &Failure{Reason: v1alpha1.SplashNotAcceptedReason, Stalled: true, Err: e, Message: splashAdvice(e)}
	}
	return &Failure{Reason: v1alpha1.ExchangeEntryBlockedReason, Err: e, Message: fmt.Sprintf(
		"Intralinks asks for a step that only a person can do before the exchange may be entered (%s): "+
			"ask the exchange's manager for an account without that step, or to lower the exchange's security level for it", e.State)}
}

// splashAdvice says what to do about a splash screen that there is no consent to. The hash of its text is told, so that
// the consent can be given to what was read and nothing else.
func splashAdvice(e *intralinks.EntryError) string {
	switch {
	case e.Consented != "" && e.TextHash != "":
		return fmt.Sprintf("the exchange shows another splash screen, often an NDA, than was accepted (the SHA-256 of its text is %s, and was %s): "+
			"read it in Intralinks, and set spec.source.splash.acceptedTextHash to %s if the account may accept it", e.TextHash, e.Consented, e.TextHash)
	case e.Consented != "":
		return "the exchange wants a splash screen, often an NDA, accepted that can't be read, while only one text may be: " +
			"read it in Intralinks, and remove spec.source.splash.acceptedTextHash, or set accept to false and back to true, if the account may accept it"
	}
	advice := "the exchange shows a splash screen, often an NDA, that has to be accepted: " +
		"read it in Intralinks, and set spec.source.splash.accept to true if the account may accept it"
	if e.TextHash != "" {
		advice += "; to accept this text and no other, set acceptedTextHash to " + e.TextHash
	}
	return advice
}

func intralinksFailure(e *intralinks.Error, now time.Time) *Failure {
	f := &Failure{Reason: v1alpha1.SyncFailedReason, Message: e.Error(), Err: e}
	switch e.Class {
	case intralinks.Auth, intralinks.InvalidCredentials, intralinks.SessionTaken:
		f.Integration = true
	case intralinks.Denied:
		f.Reason = v1alpha1.ExchangeAccessRestrictedReason
		f.Message = "Intralinks refuses the account in this exchange: " + e.Error() + "; ask the exchange's manager (the gatekeeper, where the message names one) to let it in"
	case intralinks.NotFoundOrDenied:
		f.Reason = v1alpha1.ExchangeNotFoundReason
		f.Message = "the exchange does not exist, or this account can't see it: " + e.Error() + "; correct spec.source.exchange or ask for access"
	case intralinks.Throttled:
		f.Reason = v1alpha1.ThrottledReason
		if e.RetryAfter > 0 {
			f.Until = now.Add(e.RetryAfter)
		}
	case intralinks.Transient:
		f.Integration = true
	}
	return f
}

func luminanceFailure(e *luminance.Error, now time.Time) *Failure {
	f := &Failure{Reason: v1alpha1.SyncFailedReason, Message: e.Error(), Err: e}
	switch e.Class {
	case luminance.Auth, luminance.InvalidCredentials:
		f.Integration = true
	case luminance.Forbidden:
		f.Reason = v1alpha1.LuminanceForbiddenReason
		f.Message = "Luminance refuses the service user: " + e.Error() + "; give it a role that may read and upload in this Division"
	case luminance.NotFound:
		f.Reason = v1alpha1.DivisionNotFoundReason
		f.Message = "the Division or a folder in it is gone, or the service user can't see it any more: " + e.Error()
	case luminance.RateLimited:
		f.Reason = v1alpha1.ThrottledReason
		if e.RetryAfter > 0 {
			f.Until = now.Add(e.RetryAfter)
		}
	case luminance.Transient:
		f.Integration = true
	}
	return f
}

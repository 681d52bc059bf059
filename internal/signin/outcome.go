package signin

import (
	"fmt"
	"regexp"
	"time"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/connect"
	"dataroom.dev/intralinks-operator/internal/intralinks"
)

// clockTolerance is how far the clocks of both ends may differ.
const clockTolerance = time.Minute

// errorCode is how RFC 6749 spells what went wrong. Nothing else of a callback is shown.
var errorCode = regexp.MustCompile(`^[a-z_]{1,40}$`)

// cameBackLate: the callback is registered, but the person took too long.
func cameBackLate() *Outcome {
	return &Outcome{Reason: v1alpha1.SignInTimedOutReason, Message: "the person came back from Intralinks' page more than ten minutes after the sign-in began; ask for another link"}
}

// cameWithError is what a callback means that brings an error.
func cameWithError(code, callback string) *Outcome {
	switch {
	case code == "access_denied":
		return &Outcome{Reason: v1alpha1.SignInDeniedReason, Message: "the person who signed in to Intralinks did not let the operator in; ask for another link, and allow the access on Intralinks' page"}
	case code == "redirect_uri_mismatch" || code == "invalid_request":
		o := noCallback(callback)
		o.Message = fmt.Sprintf("Intralinks refused the sign-in (%s), most likely because the callback is not registered for the API key. "+
			"Ask Intralinks to register %s for it (client type ISV), then ask for another link", code, callback)
		return o
	case !errorCode.MatchString(code):
		code = "an error that it doesn't name"
	}
	return &Outcome{Reason: v1alpha1.SignInFailedReason, Message: fmt.Sprintf(
		"Intralinks ended the sign-in with %s; ask for another link, and if that doesn't help, send this message to Intralinks with the API key's name", code)}
}

func cameWithoutCode() *Outcome {
	return &Outcome{Reason: v1alpha1.SignInFailedReason, Message: "Intralinks led back without a code; ask for another link"}
}

// notExchanged tells why a code brought no token.
func notExchanged(err error, skew time.Duration, now time.Time) *Outcome {
	if skew.Abs() > clockTolerance {
		return &Outcome{Reason: v1alpha1.ClockWrongReason, Message: fmt.Sprintf(
			"the sign-in failed (%s), and the clock of the operator's machine and that of Intralinks differ by %s: set the machine's clock by NTP, then ask for another link",
			err.Error(), skew.Abs().Round(time.Second))}
	}
	if intralinks.ClassOf(err) == intralinks.GrantRefused {
		return &Outcome{Reason: v1alpha1.SignInTimedOutReason, Message: "the code of the sign-in came too late, or was not meant for this sign-in: " +
			"Intralinks' codes are good for 20 seconds and for once. Ask for another link (" + err.Error() + ")"}
	}
	fault := connect.IntralinksFault(err, now)
	switch fault.Reason {
	case v1alpha1.IntralinksUnreachableReason, v1alpha1.IntralinksForbiddenReason, v1alpha1.ThrottledReason:
		return &Outcome{Reason: v1alpha1.SignInFailedReason, Message: "Intralinks gave no token for the code of the sign-in: " + fault.Message + "; ask for another link"}
	}
	return &Outcome{Reason: fault.Reason, Message: fault.Message + "; then ask for another link"}
}

func notFinished(err error) *Outcome {
	return &Outcome{Reason: v1alpha1.SignInFailedReason, Message: "the sign-in could not be finished: " + err.Error() + "; mend that and ask for another link"}
}

func notKept(err error) *Outcome {
	return &Outcome{Reason: v1alpha1.SignInFailedReason, Message: "the token could not be kept: " + err.Error() + "; ask for another link"}
}

func accountKept() *Outcome {
	return &Outcome{Reason: v1alpha1.SignInDeniedReason, Message: "somebody signed in with another account than before, and chose to keep the account as it was"}
}

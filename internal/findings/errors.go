package findings

import (
	"fmt"
	"net/http"
	"time"
)

// Reasons of an Error that no condition has. The others are those of package v1alpha1.
const (
	// UnauthorizedReason: there is no token, or the API server doesn't know it.
	UnauthorizedReason = "Unauthorized"
	// ForbiddenReason: the account lacks a right, which the message names.
	ForbiddenReason = "Forbidden"
	// NotFoundReason: there is no such object.
	NotFoundReason = "NotFound"
	// BadRequestReason: a parameter can't be used.
	BadRequestReason = "BadRequest"
	// NotLeaderReason: another replica answers; see Error.Leader.
	NotLeaderReason = "NotLeader"
	// NotReadyReason: the operator has yet to learn what is asked for.
	NotReadyReason = "NotReady"
	// UnavailableReason: a service or the API server can't be asked now.
	UnavailableReason = "Unavailable"
	// BusyReason: as many questions are being answered as can be at once.
	BusyReason = "Busy"
	// InternalReason: the operator failed; its log says how.
	InternalReason = "InternalError"
)

// Error is why there is no answer, for a person to read.
type Error struct {
	// Code is an HTTP status.
	Code int `json:"code"`
	// Reason is one word: one of this package's, or of a condition.
	Reason string `json:"reason"`
	// Message says what to do.
	Message string `json:"message"`
	// Leader is the pod that answers, with NotLeader; empty where it isn't known.
	Leader string `json:"leader,omitempty"`
	// RetryAt is when the same question is worth asking again; zero where that isn't known.
	RetryAt time.Time `json:"retryAt,omitzero"`
}

func (e *Error) Error() string { return e.Reason + ": " + e.Message }

// NotFound says that there is no such object.
func NotFound(kind, namespace, name string) *Error {
	return &Error{Code: http.StatusNotFound, Reason: NotFoundReason, Message: fmt.Sprintf(
		"there is no %s %q in namespace %q that the operator looks after", kind, name, namespace)}
}

// BadRequest says that a parameter can't be used, and what to write.
func BadRequest(format string, args ...any) *Error {
	return &Error{Code: http.StatusBadRequest, Reason: BadRequestReason, Message: fmt.Sprintf(format, args...)}
}

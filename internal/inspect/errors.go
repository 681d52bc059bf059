package inspect

import (
	"context"
	"errors"
	"net/http"
	"time"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/connect"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/findings"
	"dataroom.dev/intralinks-operator/internal/luminance"
)

// asError says who can mend an error, in the words that a condition would have for it.
func asError(err error, now time.Time) error {
	var known *findings.Error
	var problem *connect.Problem
	switch {
	case err == nil, errors.As(err, &known):
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.As(err, &problem):
		return &findings.Error{Code: http.StatusConflict, Reason: problem.Reason, Message: problem.Message}
	}
	f := engine.AsFailure(err, now)
	return &findings.Error{Code: codeOf(f, err), Reason: f.Reason, Message: f.Message, RetryAt: f.Until}
}

// codeOf is the HTTP status for a failure: what somebody has to change is a conflict, what a service did a bad gateway.
func codeOf(f *engine.Failure, err error) int {
	switch f.Reason {
	case v1alpha1.ExchangeNotFoundReason, v1alpha1.FolderNotFoundReason, v1alpha1.DivisionNotFoundReason:
		return http.StatusNotFound
	case v1alpha1.ThrottledReason:
		return http.StatusServiceUnavailable
	case v1alpha1.SyncFailedReason:
		if luminance.ClassOf(err) == luminance.NotFound {
			return http.StatusNotFound
		}
		return http.StatusBadGateway
	}
	return http.StatusConflict
}

package controllers

import (
	"github.com/go-logr/logr"

	"dataroom.dev/intralinks-operator/internal/engine"
)

// logResult tells of a run that did something; a poll without news says nothing at the default level. No
// document is named.
func logResult(log logr.Logger, r engine.Result) {
	for _, warning := range r.Warnings {
		log.Info("destination", "warning", warning)
	}
	switch {
	case r.Failure != nil && r.Failure.Err != nil:
		log.Info("run ended early", "reason", r.Failure.Reason, "error", r.Failure.Err.Error())
	case r.Failure != nil:
		log.Info("run ended early", "reason", r.Failure.Reason)
	case r.Uploaded+r.NewVersions > 0:
		log.Info("run ended", "uploaded", r.Uploaded, "newVersions", r.NewVersions, "bytes", r.BytesCarried,
			"requests", r.Requests, "failed", r.Counts.Failed, "duration", r.Ended.Sub(r.Started).String())
	default:
		log.V(1).Info("run ended, nothing new")
	}
}

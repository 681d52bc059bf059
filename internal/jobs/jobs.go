// Package jobs makes of a FolderSync what the engine has to know of it: the one place that reads the spec, for a run and for
// who asks what a run would do.
package jobs

import (
	"fmt"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/connect"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/intralinks"
	"dataroom.dev/intralinks-operator/internal/luminance"
)

// Circumstances are what a job depends on beside its FolderSync.
type Circumstances struct {
	Integration *v1alpha1.IntralinksIntegration
	Connection  *connect.Connection
	// Interval between two runs, as it is in force.
	Interval time.Duration
	// WaitedFor: a person has changed something or asked, and waits for the run.
	WaitedFor bool
}

// Of makes the job of a FolderSync. Its ClaimDestination is the caller's to set.
func Of(sync *v1alpha1.FolderSync, c Circumstances) (engine.Job, *engine.Failure) {
	spec := &sync.Spec
	filter, err := engine.NewFilter(spec.Source.Include, spec.Source.Exclude)
	if err != nil {
		return engine.Job{}, invalidSpec(err.Error())
	}
	if version := c.Integration.Spec.Luminance.APIVersion; len(spec.Destination.TaskIDs) > 0 && version != v1alpha1.LuminanceAPIVersion15 {
		return engine.Job{}, invalidSpec(fmt.Sprintf("spec.destination.taskIDs needs Luminance API v1.5, and the integration says %s: "+
			"remove taskIDs, or set spec.luminance.apiVersion of the integration to v1.5", version))
	}
	job := engine.Job{
		Claimant:   client.ObjectKeyFromObject(sync).String(),
		Intralinks: c.Connection.Intralinks, Luminance: c.Connection.Luminance, LuminanceTokens: c.Connection.LuminanceTokens,
		Budget: c.Connection.Budget, Instance: c.Connection.Instance,
		Source: sourceOf(sync, c), Destination: destinationOf(sync, c),
		Policy: engine.Policy{
			Filter: filter, IgnoreNewVersions: spec.NewVersions == v1alpha1.IgnoreNewVersions,
			UploadProtected:   spec.ProtectedDocuments == v1alpha1.UploadProtected,
			UploadWatermarked: spec.WatermarkedDocuments == v1alpha1.UploadWatermarked,
			CopyRenamed:       spec.RenamedDocuments == v1alpha1.UploadCopyOfRenamed,
			RetryNow:          c.WaitedFor,
		},
		DryRun: spec.DryRun, ConfirmVanished: sync.Annotations[v1alpha1.ConfirmVanishedAnnotation], Interval: c.Interval,
	}
	if size := spec.Source.MaxFileSize; size != nil {
		job.Policy.MaxFileSize = size.Value()
	}
	if user := c.Integration.Status.Luminance.ServiceUser; user != nil {
		job.ServiceUser = user.ID
	}
	return job, nil
}

func sourceOf(sync *v1alpha1.FolderSync, c Circumstances) engine.Source {
	spec, entry := &sync.Spec.Source, Entry(sync)
	source := engine.Source{
		ExchangeName: spec.Exchange.Name, Known: known(sync.Status.Exchange, connect.SourceOf(c.Integration)),
		Folder: spec.Folder, Fresh: c.WaitedFor, AcceptSplash: entry.AcceptSplash, SplashTextHash: entry.TextHash,
	}
	if id := spec.Exchange.ID; id != nil {
		source.ExchangeID = *id
	}
	return source
}

func destinationOf(sync *v1alpha1.FolderSync, c Circumstances) engine.Destination {
	spec := &sync.Spec.Destination
	destination := engine.Destination{
		Division: luminance.DivisionRef{Name: spec.Division.Name, Moniker: spec.Division.Moniker},
		Known:    known(sync.Status.Division, c.Connection.Instance), Folder: spec.Folder, TaskIDs: spec.TaskIDs,
	}
	if id := spec.Division.ID; id != nil {
		destination.Division.ID = *id
	}
	return destination
}

// Entry is what a FolderSync consents to at the entrance of its exchange. The only splash text that may be accepted is the
// one that the spec names, else the one that was accepted before.
func Entry(sync *v1alpha1.FolderSync) intralinks.Entry {
	entry := intralinks.Entry{AcceptSplash: sync.Spec.Source.Splash.Accept, TextHash: sync.Spec.Source.Splash.AcceptedTextHash}
	if accepted := sync.Status.Splash; entry.TextHash == "" && accepted != nil {
		entry.TextHash = accepted.TextHash
	}
	return entry
}

func invalidSpec(message string) *engine.Failure {
	return &engine.Failure{Reason: v1alpha1.InvalidSpecReason, Message: message, Stalled: true}
}

// known is what an earlier run resolved, if the same service did: an id means nothing to another.
func known(resolved *v1alpha1.ResolvedReference, service string) *engine.Reference {
	if resolved == nil || resolved.Service != service {
		return nil
	}
	return &engine.Reference{ID: resolved.ID, Name: resolved.Name}
}

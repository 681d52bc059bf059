package engine

import (
	"context"
	"time"

	"dataroom.dev/intralinks-operator/internal/bearer"
	"dataroom.dev/intralinks-operator/internal/budget"
	"dataroom.dev/intralinks-operator/internal/intralinks"
	"dataroom.dev/intralinks-operator/internal/luminance"
)

// Job is all that one run needs to know. It holds no Kubernetes object, so that the plugin and tests run
// the same code.
type Job struct {
	// Claimant stands for the sync in the request budget, which is shared fairly among claimants.
	Claimant string

	Intralinks *intralinks.Client
	Luminance  *luminance.Client
	// LuminanceTokens are the client's own: a token is renewed before a ticket of the budget is held.
	LuminanceTokens *bearer.Source
	Budget          *budget.Budget
	// Instance is the host of the Luminance instance, which keys the ledger.
	Instance string
	// ServiceUser is the Luminance user that the operator works as; 0 where it isn't known.
	ServiceUser int64

	Source      Source
	Destination Destination
	Policy      Policy
	// ConfirmVanished is the mark of a listing that lacks most documents, where a person has confirmed it.
	ConfirmVanished string
	// Interval between two runs; a listing that lacks most documents is believed if it stays so for as long.
	Interval time.Duration
	// DryRun plans and writes nothing to Luminance.
	DryRun bool
	// ClaimDestination is asked once the Division is known; an error (a *Failure) ends the run before
	// anything is written.
	ClaimDestination func(ctx context.Context, division int64) error
}

// Source is what to read.
type Source struct {
	// Exchange by id, or by name.
	ExchangeID   int64
	ExchangeName string
	// Known is the exchange that an earlier run resolved; it saves looking it up again.
	Known *Reference
	// Folder from the exchange's root; "/" is all of it.
	Folder string
	// Fresh: what another sync has listed a moment ago won't do, because somebody waits to see what is there now.
	Fresh bool
	// AcceptSplash accepts the exchange's splash screen in the name of the account; SplashTextHash, where it is set,
	// only one whose text has this SHA-256, in hex.
	AcceptSplash   bool
	SplashTextHash string
}

// Destination is where to put it.
type Destination struct {
	Division luminance.DivisionRef
	// Known is the Division that an earlier run resolved; it saves a request.
	Known *Reference
	// Folder from the Division's root.
	Folder string
	// TaskIDs are Luminance tasks that each upload joins.
	TaskIDs []int64
}

// Reference is an exchange or a Division as resolved.
type Reference struct {
	ID   int64
	Name string
}

// Counts of the documents of the source folder; see FolderSync.status.documents.
type Counts struct {
	Listed, Synced, Pending, Failed, Skipped, Retained, Moved int64
}

// Progress of a run.
type Progress struct {
	Exchange, Division *Reference
	Counts             Counts
	// Done of Total documents of this run were dealt with; BytesDone of BytesTotal.
	Done, Total           int64
	BytesDone, BytesTotal int64
	// Estimated is when the run will be through; zero while nothing can be said.
	Estimated time.Time
	// Planned is true once the plan is known: before, the counts say nothing.
	Planned bool
}

// Problem is a document that did not cross.
type Problem struct {
	DocumentID int64
	// Name is the path below the source folder.
	Name, Reason, Message string
}

// Result of a run.
type Result struct {
	Started, Ended     time.Time
	Exchange, Division *Reference
	// Planned is true where the run got as far as a plan: otherwise Counts and Problems say nothing.
	Planned bool
	Counts  Counts
	// Bytes that stand in Luminance of this source.
	Bytes int64
	// Uploaded and NewVersions were carried by this run, with BytesCarried.
	Uploaded, NewVersions, BytesCarried int64
	// Adopted were found standing in Luminance, put there before the ledger was lost.
	Adopted int64
	// Requests that the run sent to Luminance.
	Requests int64
	// Problems are the first MaxProblems of ProblemCount.
	Problems     []Problem
	ProblemCount int64
	// ProblemReasons counts all of them by their reason.
	ProblemReasons map[string]int64
	// Plan is set after a dry run.
	Plan *Plan
	// PlanFolders are the folders that the plan would create, from the Division's root.
	PlanFolders []string
	// PlanRequests is what the plan would cost in Luminance requests.
	PlanRequests int64
	// Splash is what was accepted to enter the exchange, by this run or one before; zero where there was nothing to
	// accept, or the run didn't get in.
	Splash intralinks.Acceptance
	// Failure is why the run ended early; nil where it went through.
	Failure *Failure
	// Warnings are for a person to know, such as two folders of one name in the Division.
	Warnings []string
}

// MaxProblems is how many problems a Result holds.
const MaxProblems = 20
